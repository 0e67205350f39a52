/* pace.h -- the letters of the speed model: what a step reads, computes and sends, and how well
 *
 * A roofline with overheads. Bytes come from the memory model, rates from the GPU catalog, shares
 * of those rates and overheads from templates/gpu_speeds.csv and engine_speeds.csv, where each row
 * says what it was fitted on. Seconds, bytes, FLOP and tokens throughout. */
#ifndef GPUPLAN_PACE_H
#define GPUPLAN_PACE_H

#include "core/answer.h"
#include "core/letters.h"

/* One serving step of one layout. The derived letters are filled in the order of steps[]. */
struct pace {
    /* the load */
    double B;   /* requests in flight on one replica */
    double b;   /* requests of one step: a pipeline works on p micro-batches at once */
    double C_x; /* requests whose tokens meet at one set of experts in a step */
    double i;   /* prompt tokens of a request */
    double o;   /* output tokens of a request */
    double S_d; /* mean context while decoding, i + o / 2 */
    /* the layout */
    double t;   /* tensor-parallel ways */
    double p;   /* pipeline stages */
    double y_p; /* layers of the fullest stage, over those of an even one */
    double R;   /* replicas */
    double x;   /* GPUs that the experts are shared over */
    double g_x; /* replicas that share one set of experts */
    double x_y; /* ways that tokens on their way to experts are shared over */
    /* the model */
    double L;   /* layers */
    double h;   /* hidden size */
    double E;   /* experts */
    double e;   /* experts per token */
    double h_x; /* width of what an expert is given */
    double L_x; /* MoE layers */
    double d_q; /* query width */
    double L_f; /* layers that attend in full */
    double L_w; /* layers that attend to a window */
    double w;   /* window, tokens */
    double N_d; /* parameters that every token passes: attention, dense and shared FFN, routers */
    double N_e; /* parameters of the experts that one token passes */
    double N_h; /* parameters of the output head */
    /* bytes on one GPU of a replica, all stages together */
    double W;   /* weights that every step reads */
    double W_e; /* weights of the experts */
    double K_f; /* cache per token of growing layers */
    double K_w; /* cache per token of windowed layers */
    double Z;   /* recurrent state per sequence, read and written */
    /* the card */
    double Q;    /* memory bandwidth, bytes/s */
    double F;    /* arithmetic of the type, FLOP/s */
    double F_16; /* arithmetic in 16 bit, FLOP/s */
    double U;    /* link, one direction, bytes/s */
    /* fitted shares of those rates */
    double e_m; /* memory */
    double e_f; /* matrix products */
    double e_d; /* of those, while decoding */
    double e_k; /* of memory, for the cache */
    double e_e; /* of memory, for experts */
    double e_g; /* of matrix products, of an MoE model */
    double e_a; /* of 16-bit arithmetic, for attention scores */
    double e_u; /* link */
    double e_v; /* link, for the exchange of experts' tokens */
    /* fitted times, seconds */
    double c_r; /* latency of one all-reduce */
    double c_v; /* latency of one exchange */
    double c_l; /* per layer */
    double c_x; /* per MoE layer */
    double c_0; /* per step */
    double c_s; /* per request and step */
    double c_t; /* per first token */
    /* fitted, the rest */
    double f_i; /* share of other requests' prefill that delays a step */
    double y_x; /* bytes moved per element of a token to one expert and back */
    double n_o; /* sharpness of the overlap of reading and computing; 1: one after the other */
    double f_g; /* share of other replicas' prefill that the same experts do meanwhile */
    double f_q; /* share of one prefill that each other request adds to a first token */
    /* derived */
    double M;   /* memory, attained bytes/s */
    double G;   /* matrix products, attained FLOP/s */
    double X;   /* share of the experts that a step touches */
    double t_w; /* reading weights */
    double t_c; /* computing */
    double t_k; /* reading the cache */
    double t_r; /* all-reduces */
    double t_x; /* exchange of experts' tokens */
    double t_o; /* overheads */
    double t_d; /* one decode step */
    double t_p; /* one prompt alone */
    double t_m; /* the work of one prompt mixed into decode steps, one stage */
    double t_1; /* time to first token */
    double t_t; /* time per output token */
    double r_o; /* output tokens/s over all replicas */
};

/* The legend of all letters; `offset` is that of the double in struct pace. */
extern const struct letter pace_legend[];
extern const size_t pace_legend_count;

/* One derived letter: the same in C and in letters. A step reads only letters above it. */
struct pace_step {
    const char *symbol;
    const char *label;
    const char *unit;
    size_t offset; /* of the result in struct pace */
    bool loaded; /* follows from the requests of a step, not from the layout and one prompt alone */
    double (*value)(const struct pace *x);
    const char *formula; /* in letters, as a spreadsheet would write it */
    const char *source;
};
extern const struct pace_step pace_steps[];
extern const size_t pace_step_count;

/* Binds all but the load and the derived letters, for `layout`. `letters` is bound to the request
 * (letters_bind) and is left placed on one stage that holds every layer. */
void pace_bind(struct pace *x, const struct request *request, const struct facts *facts,
               struct letters *letters, const struct layout *layout);

/* Binds the layout anew, the rest being bound. */
void pace_place(struct pace *x, const struct request *request, struct letters *letters,
                const struct layout *layout);

/* Sets the load: requests in flight on each replica, and the tokens of one request. */
void pace_load(struct pace *x, double requests, double prompt, double output);

/* Fills the derived letters. */
void pace_steps_fill(struct pace *x);

/* The same where only the requests have changed since they were filled. */
void pace_steps_refill(struct pace *x);

/* Output tokens/s over all replicas, of `requests` in flight on each and steps of `step_s` seconds;
 * the letters of the load but B are bound. */
double pace_output(const struct pace *x, double requests, double step_s);

/* Seconds to prefill `prompts` prompts at once. */
double pace_prefill(const struct pace *x, double prompts);

#endif
