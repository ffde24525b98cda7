// SPDX-License-Identifier: GPL-3.0-or-later
/* An invented scenario with every time so many times longer and every rate so many times lower. */
#ifndef QUEUELAB_PROPERTY_SCALE_SCALE_H
#define QUEUELAB_PROPERTY_SCALE_SCALE_H

/* text is strict JSON; what has a default time is given it first.  The caller frees. */
char *scale_times(const char *text, double factor);

#endif
