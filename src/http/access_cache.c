/*
 * Records of users' access in shared memory: found, kept, dropped.
 *
 * It must not know what a record says, nor how changes are heard of.
 */

#include "access_cache.h"


/* records that make room for one, at most */
#define NGX_HTTP_SCIM_ACCESS_EVICTED    16


typedef struct {
    ngx_rbtree_node_t    node;           /* its key: of the key               */
    ngx_queue_t          queue;
    uint64_t             sequence;       /* when it was asked for             */
    ngx_msec_t           expires;
    uint32_t             user;           /* where their numbers are           */
    uint32_t             tenant;
    uint32_t             record_len;
    uint32_t             value_len;
    u_char               tenant_len;
    u_char               by;
    u_char               data[1];        /* tenant, value, record             */
} ngx_http_scim_access_entry_t;


static ngx_http_scim_access_entry_t *ngx_http_scim_access_find(
    ngx_http_scim_access_zone_t *sh, uint32_t hash,
    ngx_http_scim_access_key_t *key);
static ngx_int_t ngx_http_scim_access_compare(
    ngx_http_scim_access_entry_t *entry, ngx_http_scim_access_key_t *key);
static ngx_uint_t ngx_http_scim_access_is_fresh(
    ngx_http_scim_access_zone_t *sh, uint64_t sequence, uint32_t user,
    uint32_t tenant);
static ngx_http_scim_access_entry_t *ngx_http_scim_access_alloc(
    ngx_http_scim_access_cache_t *cache, size_t size);
static void ngx_http_scim_access_delete(ngx_http_scim_access_cache_t *cache,
    ngx_http_scim_access_entry_t *entry);
static uint32_t ngx_http_scim_access_hash(ngx_http_scim_access_key_t *key);
static uint32_t ngx_http_scim_access_user(ngx_http_scim_access_zone_t *sh,
    ngx_str_t *tenant, ngx_str_t *user);
static uint32_t ngx_http_scim_access_tenant(ngx_str_t *tenant);


ngx_http_scim_cached_e
ngx_http_scim_access_cache_lookup(ngx_http_scim_access_cache_t *cache,
    ngx_pool_t *pool, ngx_http_scim_access_key_t *key, ngx_str_t *record,
    uint64_t *ticket)
{
    uint32_t                       hash;
    ngx_http_scim_cached_e         cached;
    ngx_http_scim_access_zone_t   *sh = cache->sh;
    ngx_http_scim_access_entry_t  *entry;

    hash = ngx_http_scim_access_hash(key);

    ngx_shmtx_lock(&cache->shpool->mutex);

    if (!ngx_http_scim_access_heard(cache)) {
        ngx_shmtx_unlock(&cache->shpool->mutex);

        *ticket = 0;
        ngx_http_scim_access_listen(cache);

        return NGX_HTTP_SCIM_BYPASS;
    }

    *ticket = sh->sequence;
    cached = NGX_HTTP_SCIM_MISS;

    entry = ngx_http_scim_access_find(sh, hash, key);

    if (entry == NULL) {
        goto done;
    }

    if (!ngx_http_scim_access_is_fresh(sh, entry->sequence, entry->user,
                                       entry->tenant)
        || (ngx_msec_int_t) (entry->expires - ngx_current_msec) <= 0)
    {
        ngx_http_scim_access_delete(cache, entry);
        goto done;
    }

    record->len = entry->record_len;
    record->data = ngx_pnalloc(pool, record->len);

    if (record->data == NULL) {
        goto done;
    }

    ngx_memcpy(record->data,
               entry->data + entry->tenant_len + entry->value_len,
               record->len);

    ngx_queue_remove(&entry->queue);
    ngx_queue_insert_head(&sh->queue, &entry->queue);

    cached = NGX_HTTP_SCIM_HIT;

done:

    ngx_shmtx_unlock(&cache->shpool->mutex);

    return cached;
}


void
ngx_http_scim_access_cache_store(ngx_http_scim_access_cache_t *cache,
    uint64_t ticket, ngx_http_scim_access_key_t *key, ngx_str_t *user,
    ngx_str_t *record, ngx_msec_t valid)
{
    size_t                         size;
    u_char                        *p;
    uint32_t                       hash, user_place, tenant_place;
    ngx_http_scim_access_zone_t   *sh = cache->sh;
    ngx_http_scim_access_entry_t  *entry;

    if (ticket == 0 || key->tenant.len > NGX_SCIM_NAME_MAX) {
        return;
    }

    hash = ngx_http_scim_access_hash(key);
    user_place = ngx_http_scim_access_user(sh, &key->tenant, user);
    tenant_place = ngx_http_scim_access_tenant(&key->tenant);

    size = offsetof(ngx_http_scim_access_entry_t, data) + key->tenant.len
           + key->value.len + record->len;

    ngx_shmtx_lock(&cache->shpool->mutex);

    if (!ngx_http_scim_access_is_fresh(sh, ticket, user_place, tenant_place)) {
        goto done;
    }

    entry = ngx_http_scim_access_find(sh, hash, key);

    if (entry) {
        if (entry->sequence > ticket) {
            goto done;             /* somebody has asked later */
        }

        ngx_http_scim_access_delete(cache, entry);
    }

    entry = ngx_http_scim_access_alloc(cache, size);
    if (entry == NULL) {
        goto done;
    }

    entry->node.key = hash;
    entry->sequence = ticket;
    entry->expires = ngx_current_msec + valid;
    entry->user = user_place;
    entry->tenant = tenant_place;
    entry->by = (u_char) key->by;
    entry->tenant_len = (u_char) key->tenant.len;
    entry->value_len = (uint32_t) key->value.len;
    entry->record_len = (uint32_t) record->len;

    p = ngx_cpymem(entry->data, key->tenant.data, key->tenant.len);
    p = ngx_cpymem(p, key->value.data, key->value.len);
    ngx_memcpy(p, record->data, record->len);

    ngx_rbtree_insert(&sh->rbtree, &entry->node);
    ngx_queue_insert_head(&sh->queue, &entry->queue);
    sh->records++;

done:

    ngx_shmtx_unlock(&cache->shpool->mutex);
}


void
ngx_http_scim_access_cache_drop(ngx_http_scim_access_cache_t *cache,
    ngx_str_t *message)
{
    ngx_str_t                     user;
    ngx_scim_changes_t            changes;
    ngx_http_scim_access_zone_t  *sh = cache->sh;

    switch (ngx_scim_changes_read(message, &changes)) {

    case NGX_OK:
        break;

    case NGX_DECLINED:
        return;

    default:
        /* what cannot be read may mean anybody */
        sh->floor = ++sh->sequence;
        return;
    }

    sh->sequence++;

    if (changes.all) {
        sh->tenants[ngx_http_scim_access_tenant(&changes.tenant)]
            = sh->sequence;
        return;
    }

    while (ngx_scim_changes_next(&changes, &user) == NGX_OK) {
        sh->users[ngx_http_scim_access_user(sh, &changes.tenant, &user)]
            = sh->sequence;
    }
}


void
ngx_http_scim_access_insert(ngx_rbtree_node_t *temp, ngx_rbtree_node_t *node,
    ngx_rbtree_node_t *sentinel)
{
    ngx_rbtree_node_t             **p;
    ngx_http_scim_access_key_t      key;
    ngx_http_scim_access_entry_t   *entry;

    entry = ngx_rbtree_data(node, ngx_http_scim_access_entry_t, node);

    key.by = entry->by;
    key.tenant.len = entry->tenant_len;
    key.tenant.data = entry->data;
    key.value.len = entry->value_len;
    key.value.data = entry->data + entry->tenant_len;

    for ( ;; ) {

        if (node->key != temp->key) {
            p = (node->key < temp->key) ? &temp->left : &temp->right;

        } else {
            entry = ngx_rbtree_data(temp, ngx_http_scim_access_entry_t, node);
            p = (ngx_http_scim_access_compare(entry, &key) < 0) ? &temp->left
                                                                : &temp->right;
        }

        if (*p == sentinel) {
            break;
        }

        temp = *p;
    }

    *p = node;
    node->parent = temp;
    node->left = sentinel;
    node->right = sentinel;
    ngx_rbt_red(node);
}


static ngx_http_scim_access_entry_t *
ngx_http_scim_access_find(ngx_http_scim_access_zone_t *sh, uint32_t hash,
    ngx_http_scim_access_key_t *key)
{
    ngx_int_t                      rc;
    ngx_rbtree_node_t             *node, *sentinel;
    ngx_http_scim_access_entry_t  *entry;

    node = sh->rbtree.root;
    sentinel = sh->rbtree.sentinel;

    while (node != sentinel) {

        if (hash != node->key) {
            node = (hash < node->key) ? node->left : node->right;
            continue;
        }

        entry = ngx_rbtree_data(node, ngx_http_scim_access_entry_t, node);
        rc = ngx_http_scim_access_compare(entry, key);

        if (rc == 0) {
            return entry;
        }

        node = (rc < 0) ? node->left : node->right;
    }

    return NULL;
}


/* how the key stands to the entry's */

static ngx_int_t
ngx_http_scim_access_compare(ngx_http_scim_access_entry_t *entry,
    ngx_http_scim_access_key_t *key)
{
    ngx_int_t  rc;

    if (key->by != entry->by) {
        return (key->by < entry->by) ? -1 : 1;
    }

    rc = ngx_memn2cmp(key->tenant.data, entry->data, key->tenant.len,
                      entry->tenant_len);
    if (rc) {
        return rc;
    }

    return ngx_memn2cmp(key->value.data, entry->data + entry->tenant_len,
                        key->value.len, entry->value_len);
}


static ngx_uint_t
ngx_http_scim_access_is_fresh(ngx_http_scim_access_zone_t *sh,
    uint64_t sequence, uint32_t user, uint32_t tenant)
{
    return sequence >= sh->floor && sequence >= sh->users[user]
           && sequence >= sh->tenants[tenant];
}


/* makes room, of those that were not used for the longest time */

static ngx_http_scim_access_entry_t *
ngx_http_scim_access_alloc(ngx_http_scim_access_cache_t *cache, size_t size)
{
    ngx_uint_t                     i;
    ngx_queue_t                   *q;
    ngx_http_scim_access_zone_t   *sh = cache->sh;
    ngx_http_scim_access_entry_t  *entry;

    entry = ngx_slab_alloc_locked(cache->shpool, size);

    for (i = 0; entry == NULL && i < NGX_HTTP_SCIM_ACCESS_EVICTED; i++) {

        if (ngx_queue_empty(&sh->queue)) {
            break;
        }

        q = ngx_queue_last(&sh->queue);
        ngx_http_scim_access_delete(cache,
                                    ngx_queue_data(q,
                                                   ngx_http_scim_access_entry_t,
                                                   queue));
        sh->evictions++;

        entry = ngx_slab_alloc_locked(cache->shpool, size);
    }

    return entry;
}


static void
ngx_http_scim_access_delete(ngx_http_scim_access_cache_t *cache,
    ngx_http_scim_access_entry_t *entry)
{
    ngx_queue_remove(&entry->queue);
    ngx_rbtree_delete(&cache->sh->rbtree, &entry->node);
    ngx_slab_free_locked(cache->shpool, entry);
    cache->sh->records--;
}


static uint32_t
ngx_http_scim_access_hash(ngx_http_scim_access_key_t *key)
{
    return ngx_murmur_hash2(key->value.data, key->value.len)
           ^ (ngx_murmur_hash2(key->tenant.data, key->tenant.len)
              + (uint32_t) key->by);
}


static uint32_t
ngx_http_scim_access_user(ngx_http_scim_access_zone_t *sh, ngx_str_t *tenant,
    ngx_str_t *user)
{
    uint32_t  hash;

    hash = ngx_murmur_hash2(user->data, user->len)
           ^ ngx_murmur_hash2(tenant->data, tenant->len);

    return hash & (uint32_t) (sh->nusers - 1);
}


static uint32_t
ngx_http_scim_access_tenant(ngx_str_t *tenant)
{
    return ngx_murmur_hash2(tenant->data, tenant->len)
           % NGX_HTTP_SCIM_ACCESS_TENANTS;
}
