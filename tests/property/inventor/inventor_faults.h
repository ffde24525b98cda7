// SPDX-License-Identifier: GPL-3.0-or-later
/* The faults of an invented scenario. */
#ifndef QUEUELAB_PROPERTY_INVENTOR_INVENTOR_FAULTS_H
#define QUEUELAB_PROPERTY_INVENTOR_INVENTOR_FAULTS_H

#include "property/inventor/inventor.h"

/* Writes the member "faults", with the comma before it; the rest of the scenario is known. */
void inventor_faults_write(struct inventor *v);

#endif
