#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is generated from the rows and committed must be current; `make reference` renews it.
. tests/tools/tap.sh

run "$QUEUELAB" schema --markdown
status_is 'the reference is written' 0
ok 'scenarios/REFERENCE.md is current' cmp "$scratch/out" scenarios/REFERENCE.md
run "$QUEUELAB" schema
status_is 'the schema is written' 0
ok 'scenarios/schema/scenario-1.schema.json is current' \
    cmp "$scratch/out" scenarios/schema/scenario-1.schema.json

done_testing
