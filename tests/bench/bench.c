/* bench.c -- runs commands in turn and prints what they took: bench REPEATS A... [-- B...]...
 *
 * In turn, so that a machine whose speed swings slows all of them. Per command one line: median,
 * least and most wall seconds, median CPU seconds, peak MiB; then, with two, the ratio A / B of
 * each pair as median, least and most. The peak is the kernel's ru_maxrss: nothing is sampled. */
#define _DEFAULT_SOURCE /* wait4 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS = 8, REPEATS = 1000 };

struct run {
    double wall_s;
    double cpu_s;
    double peak_mib;
};

static double seconds(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void become(char *const *command)
{
    int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    execvp(command[0], command);
    perror(command[0]);
    _exit(127);
}

static struct run measure(char *const *command)
{
    double start = now();
    pid_t child = fork();
    if (child == 0)
        become(command);
    int status;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        perror("bench");
        exit(70);
    }
    struct run run = {.wall_s = now() - start};
    if (status != 0) {
        fprintf(stderr, "bench: %s ended with status %#x\n", command[0], (unsigned)status);
        exit(70);
    }
    run.cpu_s = seconds(&usage.ru_utime) + seconds(&usage.ru_stime);
    run.peak_mib = (double)usage.ru_maxrss / 1024;
    return run;
}

static int order(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts `values`; the upper one of two middle values. */
static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, order);
    return values[count / 2];
}

static void show_command(const struct run *runs, size_t count)
{
    double wall[REPEATS];
    double cpu[REPEATS];
    double peak = 0;
    for (size_t i = 0; i < count; i++) {
        wall[i] = runs[i].wall_s;
        cpu[i] = runs[i].cpu_s;
        peak = runs[i].peak_mib > peak ? runs[i].peak_mib : peak;
    }
    double middle = median(wall, count);
    printf("%.4f %.4f %.4f %.4f %.1f\n", middle, wall[0], wall[count - 1], median(cpu, count),
           peak);
}

static void show_ratio(const struct run *a, const struct run *b, size_t count)
{
    double ratio[REPEATS];
    for (size_t i = 0; i < count; i++)
        ratio[i] = a[i].wall_s / b[i].wall_s;
    double middle = median(ratio, count);
    printf("%.3f %.3f %.3f\n", middle, ratio[0], ratio[count - 1]);
}

int main(int argc, char **argv)
{
    static struct run runs[COMMANDS][REPEATS];
    char **commands[COMMANDS];
    size_t count = 0;
    long repeats = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
    if (repeats < 1 || repeats > REPEATS) {
        fputs("usage: bench REPEATS COMMAND... [-- COMMAND...]...\n", stderr);
        return 64;
    }
    for (char **arg = argv + 1; *arg && count < COMMANDS; count++) {
        *arg = NULL; /* the number, or the "--" between two commands: ends the one before */
        commands[count] = ++arg;
        while (*arg && strcmp(*arg, "--") != 0)
            arg++;
    }
    for (long i = 0; i < repeats; i++)
        for (size_t c = 0; c < count; c++)
            runs[c][i] = measure(commands[c]);
    for (size_t c = 0; c < count; c++)
        show_command(runs[c], (size_t)repeats);
    if (count == 2)
        show_ratio(runs[0], runs[1], (size_t)repeats);
    return 0;
}
