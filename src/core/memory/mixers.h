/* mixers.h -- one layer of a recurrent or convolution mixer */
#ifndef GPUPLAN_MIXERS_H
#define GPUPLAN_MIXERS_H

struct model;

/* Elements of one mixer layer; 0 without a mixer. */
double mixer_elements(const struct model *m);

/* Bytes that one mixer layer keeps per sequence, whatever its length. */
double mixer_state_bytes(const struct model *m);

#endif
