/* interrupt.c -- a mutable global: a signal handler can write nowhere else */
#define _XOPEN_SOURCE 700 /* SIGXCPU, SIGXFSZ */

#include "base/interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t noted;

static void note(int signal)
{
    noted = signal;
}

/* Each would end the program: keys, a closed terminal, batch systems before a job's time is up. */
static const int polite[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU, SIGUSR1, SIGUSR2, SIGALRM};

/* What was ignored stays so, as under nohup. */
static void install(int signal, const struct sigaction *action)
{
    struct sigaction before;
    if (!sigaction(signal, NULL, &before) && before.sa_handler != SIG_IGN)
        sigaction(signal, action, NULL);
}

void interrupt_install(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)SA_RESETHAND};
    for (size_t i = 0; i < sizeof polite / sizeof *polite; i++)
        install(polite[i], &action);
    action.sa_handler = SIG_IGN;
    action.sa_flags = 0;
    install(SIGPIPE, &action);
    install(SIGXFSZ, &action);
}

int interrupt_signal(void)
{
    return noted;
}
