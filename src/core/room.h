/* room.h -- whether a layout has room, without asking what follows from what was asked before */
#ifndef GPUPLAN_ROOM_H
#define GPUPLAN_ROOM_H

#include "core/footprint.h"

/* FITS will do so with a smaller load, too, and LACKS with a larger one; what is as close to full
 * as `room_slack` may change its mind. */
enum room { FITS, FITS_BARELY, LACKS_BARELY, LACKS };

/* Bytes by which a layout must hold or lack, for it to be known of other loads too. */
double room_slack(const struct subject *subject, enum margin margin);

/* Of a layout with the row's load, or of one replica that serves `sequences`. */
enum room room_of(struct subject *subject, const struct layout *layout, enum margin margin);
enum room room_of_replica(struct subject *subject, const struct layout *layout, double sequences,
                          enum margin margin);

#endif
