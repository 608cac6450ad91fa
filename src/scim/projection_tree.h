/*
 * A projection as a tree of names; internal to projection*.c.
 */

#ifndef SCIM_PROJECTION_TREE_H
#define SCIM_PROJECTION_TREE_H

#include <stddef.h>
#include <jansson.h>
#include "projection.h"

#pragma GCC visibility push(hidden)

struct scim_projection_s {
    int       excludes;       /* the tree is what is left out             */
    json_t   *tree;
};


/*
 * The node of name below tree: true if it is the last, else an object for
 * what follows; true stays, as more than all can't be selected.
 */
int scim_projection_grow(json_t **tree, const char *name, size_t length,
    int last);

/* Adds what is always returned, or on request only; -1: no memory. */
int scim_projection_returned(const scim_resource_type_t *type,
    scim_projection_t *projection);

/* 1: the type has attributes that are returned on request only. */
int scim_projection_hides(const scim_resource_type_t *type);

#pragma GCC visibility pop

#endif
