/*
 * A request before the gate: whose it is, what Redis knows of this person, and
 * whether it may pass. However many lines the directives have, Redis is asked
 * once at most. It must not know what the lines demand.
 */

#include "access.h"


#define NGX_HTTP_SCIM_IDENTITY_MAX  1024
#define NGX_HTTP_SCIM_NOBODY        ((ngx_uint_t) -1)


static void ngx_http_scim_gate_cleanup(void *data);
static ngx_int_t ngx_http_scim_gate_identify(ngx_http_scim_gate_t *gate,
    ngx_array_t *lines);
static ngx_int_t ngx_http_scim_gate_subject(ngx_http_scim_gate_t *gate,
    ngx_http_scim_access_line_t *line, ngx_str_t *identity,
    ngx_http_scim_subject_t *subject);
static ngx_int_t ngx_http_scim_gate_value(ngx_pool_t *pool,
    const ngx_http_scim_by_t *by, ngx_str_t *identity, ngx_str_t *value);
static ngx_int_t ngx_http_scim_gate_add(ngx_http_scim_gate_t *gate,
    ngx_http_scim_subject_t *subject, ngx_uint_t *number);
static void ngx_http_scim_gate_recall(ngx_http_scim_gate_t *gate,
    ngx_http_scim_subject_t *subject);
static void ngx_http_scim_gate_keep(ngx_http_scim_gate_t *gate,
    ngx_http_scim_subject_t *subject, ngx_scim_access_t *access);
static void ngx_http_scim_gate_refuse(ngx_http_scim_gate_t *gate,
    ngx_http_scim_refusal_e refusal);
static ngx_int_t ngx_http_scim_gate_decide(ngx_http_scim_gate_t *gate,
    ngx_array_t *lines);
static ngx_int_t ngx_http_scim_gate_ask(ngx_http_scim_gate_t *gate);
static void ngx_http_scim_gate_replied(ngx_scim_redis_batch_t *batch);
static void ngx_http_scim_gate_take(ngx_http_scim_gate_t *gate);
static void ngx_http_scim_gate_count(ngx_http_scim_gate_t *gate,
    ngx_http_scim_metric_e metric);
static ngx_int_t ngx_http_scim_gate_refused(ngx_http_scim_gate_t *gate);
static ngx_int_t ngx_http_scim_gate_unavailable(ngx_http_scim_gate_t *gate);


static const ngx_http_scim_metric_e  ngx_http_scim_cached_metrics[] = {
    0,                             /* it is not looked for then */
    NGX_HTTP_SCIM_METRIC_ACCESS_CACHE_HIT,
    NGX_HTTP_SCIM_METRIC_ACCESS_CACHE_MISS,
    NGX_HTTP_SCIM_METRIC_ACCESS_CACHE_BYPASS
};

static const char *const  ngx_http_scim_refusals[] = {
    "there is no identity",
    "the tenant cannot be one",
    "the identity cannot be one",
    "the tenant has no such user",
    "several users have this identity",
    "the user is inactive",
    "the namespace cannot be one",
    "the user is not in the group",
    "the user does not have the role",
    "the user does not have the permission"
};


ngx_http_scim_gate_t *
ngx_http_scim_gate(ngx_http_request_t *r)
{
    ngx_http_cleanup_t    *cln;
    ngx_pool_cleanup_t    *pool_cln;
    ngx_http_scim_gate_t  *gate;

    gate = ngx_http_scim_gate_find(r);

    if (gate && gate->request == r) {
        return gate;
    }

    /*
     * The request's cleanup comes before the log is written, which may show
     * variables of ours; the pool's, by which the gate is found, after it.
     */

    gate = ngx_pcalloc(r->pool, sizeof(ngx_http_scim_gate_t));
    cln = ngx_http_cleanup_add(r, 0);
    pool_cln = ngx_pool_cleanup_add(r->pool, 0);

    if (gate == NULL || cln == NULL || pool_cln == NULL
        || ngx_array_init(&gate->subjects, r->pool, 1,
                          sizeof(ngx_http_scim_subject_t))
           != NGX_OK)
    {
        return NULL;
    }

    cln->handler = ngx_http_scim_gate_cleanup;
    cln->data = gate;
    pool_cln->handler = ngx_http_scim_gate_cleanup;
    pool_cln->data = gate;

    gate->request = r;

    return gate;
}


ngx_http_scim_gate_t *
ngx_http_scim_gate_find(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t    *cln;
    ngx_http_scim_gate_t  *gate, *main;

    main = NULL;

    for (cln = r->pool->cleanup; cln; cln = cln->next) {

        if (cln->handler != ngx_http_scim_gate_cleanup) {
            continue;
        }

        gate = cln->data;

        if (gate->request == r) {
            return gate;
        }

        if (gate->request == r->main) {
            main = gate;
        }
    }

    return main;
}


static void
ngx_http_scim_gate_cleanup(void *data)
{
    ngx_http_scim_gate_t  *gate = data;

    if (gate->batch) {
        ngx_scim_redis_batch_free(gate->batch);
        gate->batch = NULL;
    }
}


ngx_int_t
ngx_http_scim_gate_check(ngx_http_scim_gate_t *gate, ngx_array_t *lines)
{
    ngx_int_t  rc;

    if (gate->asked == NULL
        && ngx_http_scim_gate_identify(gate, lines) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_scim_gate_decide(gate, lines);

    if (rc == NGX_AGAIN && gate->failure == NULL
        && ngx_http_scim_gate_ask(gate) == NGX_OK)
    {
        return NGX_AGAIN;
    }

    gate->asked = NULL;

    switch (rc) {

    case NGX_OK:
        ngx_http_scim_gate_count(gate, NGX_HTTP_SCIM_METRIC_ACCESS_ALLOWED);
        return NGX_OK;

    case NGX_AGAIN:
        ngx_http_scim_gate_count(gate, NGX_HTTP_SCIM_METRIC_ACCESS_REDIS);
        return ngx_http_scim_gate_unavailable(gate);

    case NGX_DECLINED:
        return ngx_http_scim_gate_refused(gate);

    default:
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }
}


/* whom each line means */

static ngx_int_t
ngx_http_scim_gate_identify(ngx_http_scim_gate_t *gate, ngx_array_t *lines)
{
    ngx_int_t                     rc;
    ngx_str_t                     identity;
    ngx_uint_t                    i;
    ngx_http_request_t           *r;
    ngx_http_scim_subject_t       subject;
    ngx_http_scim_access_line_t  *line;

    r = gate->request;
    line = lines->elts;

    gate->refusal = NGX_HTTP_SCIM_REFUSED_ANONYMOUS;
    ngx_str_null(&gate->passed);

    gate->asked = ngx_palloc(r->pool, lines->nelts * sizeof(ngx_uint_t));
    if (gate->asked == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < lines->nelts; i++) {
        gate->asked[i] = NGX_HTTP_SCIM_NOBODY;

        if (line[i].upstream) {
            ngx_str_null(&identity);

            if (gate->identities) {
                identity = gate->identities[i];
            }

        } else if (ngx_http_complex_value(r, line[i].user, &identity)
                   != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (identity.len == 0) {
            continue;
        }

        rc = ngx_http_scim_gate_subject(gate, &line[i], &identity, &subject);

        if (rc == NGX_OK) {
            rc = ngx_http_scim_gate_add(gate, &subject, &gate->asked[i]);
        }

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }
    }

    gate->identities = NULL;

    return NGX_OK;
}


/* NGX_DECLINED: nobody can be meant */

static ngx_int_t
ngx_http_scim_gate_subject(ngx_http_scim_gate_t *gate,
    ngx_http_scim_access_line_t *line, ngx_str_t *identity,
    ngx_http_scim_subject_t *subject)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = gate->request;

    subject->by = line->by;
    ngx_str_null(&subject->record);

    if (ngx_http_complex_value(r, line->tenant, &subject->tenant) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!ngx_http_scim_is_name(&subject->tenant)) {
        ngx_http_scim_gate_refuse(gate, NGX_HTTP_SCIM_REFUSED_TENANT);
        return NGX_DECLINED;
    }

    rc = ngx_http_scim_gate_value(r->pool, line->by, identity,
                                  &subject->value);

    if (rc == NGX_DECLINED) {
        ngx_http_scim_gate_refuse(gate, NGX_HTTP_SCIM_REFUSED_IDENTITY);
    }

    return rc;
}


/* the identity as the index has it; NGX_DECLINED: it can be nobody's */

static ngx_int_t
ngx_http_scim_gate_value(ngx_pool_t *pool, const ngx_http_scim_by_t *by,
    ngx_str_t *identity, ngx_str_t *value)
{
    size_t  i;

    if (identity->len > NGX_HTTP_SCIM_IDENTITY_MAX
        || (by->id && !ngx_http_scim_is_id(identity)))
    {
        return NGX_DECLINED;
    }

    for (i = 0; i < identity->len; i++) {
        if (identity->data[i] < ' ' || identity->data[i] == 0x7f) {
            return NGX_DECLINED;
        }
    }

    if (by->folded) {
        return ngx_http_scim_fold(pool, identity, value);
    }

    *value = *identity;

    return NGX_OK;
}


/* one and the same for all lines, and for all that comes of the request */

static ngx_int_t
ngx_http_scim_gate_add(ngx_http_scim_gate_t *gate,
    ngx_http_scim_subject_t *subject, ngx_uint_t *number)
{
    ngx_uint_t                i;
    ngx_http_scim_subject_t  *known;

    known = gate->subjects.elts;

    for (i = 0; i < gate->subjects.nelts; i++) {
        if (known[i].by == subject->by
            && known[i].tenant.len == subject->tenant.len
            && known[i].value.len == subject->value.len
            && ngx_memcmp(known[i].tenant.data, subject->tenant.data,
                          subject->tenant.len) == 0
            && ngx_memcmp(known[i].value.data, subject->value.data,
                          subject->value.len) == 0)
        {
            *number = i;
            return NGX_OK;
        }
    }

    known = ngx_array_push(&gate->subjects);
    if (known == NULL) {
        return NGX_ERROR;
    }

    *known = *subject;
    *number = i;

    ngx_http_scim_gate_recall(gate, known);

    return NGX_OK;
}


/* what "scim_access_cache" has of it */

static void
ngx_http_scim_gate_recall(ngx_http_scim_gate_t *gate,
    ngx_http_scim_subject_t *subject)
{
    ngx_http_scim_cached_e      cached;
    ngx_http_scim_loc_conf_t   *slcf;
    ngx_http_scim_access_key_t  key;

    slcf = ngx_http_get_module_loc_conf(gate->request, ngx_http_scim_module);

    subject->cache = slcf->access_cache;
    subject->valid = slcf->access_valid;

    if (subject->cache == NULL) {
        return;
    }

    key.tenant = subject->tenant;
    key.by = subject->by->number;
    key.value = subject->value;

    cached = ngx_http_scim_access_cache_lookup(subject->cache,
                                               gate->request->pool, &key,
                                               &subject->record,
                                               &subject->ticket);

    gate->cached = ngx_max(gate->cached, cached);

    ngx_http_scim_gate_count(gate, ngx_http_scim_cached_metrics[cached]);
}


/*
 * What Redis has answered, here or there, so that the next request gets it
 * sooner; of nobody, nothing is kept.
 */

static void
ngx_http_scim_gate_keep(ngx_http_scim_gate_t *gate,
    ngx_http_scim_subject_t *subject, ngx_scim_access_t *access)
{
    ngx_http_scim_access_key_t     key;
    ngx_http_scim_access_record_t  record;

    if (access->outcome != NGX_SCIM_OK) {
        return;
    }

    ngx_http_scim_access_unpack(&subject->record, &record);

    /* with a cache Redis is seldom asked, unless nothing can be used of it */

    if (!access->kept && (subject->cache == NULL
                          || gate->cached == NGX_HTTP_SCIM_BYPASS))
    {
        ngx_http_scim_access_keep(gate->request, &subject->tenant, &record.id);
    }

    if (subject->cache == NULL) {
        return;
    }

    key.tenant = subject->tenant;
    key.by = subject->by->number;
    key.value = subject->value;

    ngx_http_scim_access_cache_store(subject->cache, subject->ticket, &key,
                                     &record.id, &subject->record,
                                     subject->valid);
}


static void
ngx_http_scim_gate_refuse(ngx_http_scim_gate_t *gate,
    ngx_http_scim_refusal_e refusal)
{
    if (gate->refusal < refusal) {
        gate->refusal = refusal;
    }
}


/*
 * NGX_OK: a line lets it pass; NGX_AGAIN: one may, of which the record is
 * missing; NGX_DECLINED: none does; NGX_ERROR.
 */

static ngx_int_t
ngx_http_scim_gate_decide(ngx_http_scim_gate_t *gate, ngx_array_t *lines)
{
    ngx_int_t                     rc;
    ngx_str_t                    *record;
    ngx_uint_t                    i;
    ngx_http_scim_refusal_e       refusal;
    ngx_http_scim_subject_t      *subject;
    ngx_http_scim_access_line_t  *line;

    rc = NGX_DECLINED;
    line = lines->elts;
    subject = gate->subjects.elts;

    for (i = 0; i < lines->nelts; i++) {

        if (gate->asked[i] == NGX_HTTP_SCIM_NOBODY) {
            continue;
        }

        record = &subject[gate->asked[i]].record;

        if (record->data == NULL) {
            rc = NGX_AGAIN;
            continue;
        }

        if (ngx_http_scim_access_decide(gate->request, &line[i], record,
                                        &refusal)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (refusal == NGX_HTTP_SCIM_PASSED) {
            gate->passed = *record;
            return NGX_OK;
        }

        ngx_http_scim_gate_refuse(gate, refusal);
    }

    return rc;
}


static ngx_int_t
ngx_http_scim_gate_ask(ngx_http_scim_gate_t *gate)
{
    ngx_uint_t                  i;
    ngx_scim_redis_t           *redis;
    ngx_scim_scope_t            scope;
    ngx_http_request_t         *r;
    ngx_http_scim_subject_t    *subject;

    r = gate->request;

    ngx_http_scim_gate_cleanup(gate);
    gate->failure = "no memory";

    redis = ngx_http_scim_redis(
                ngx_http_get_module_main_conf(r, ngx_http_scim_module));

    if (redis) {
        gate->batch = ngx_scim_redis_batch_create(redis,
                          ngx_http_scim_gate_replied, gate);
    }

    if (gate->batch == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(&scope, sizeof(ngx_scim_scope_t));
    scope.pool = r->pool;

    subject = gate->subjects.elts;

    for (i = 0; i < gate->subjects.nelts; i++) {

        if (subject[i].record.data) {
            continue;
        }

        scope.tenant = subject[i].tenant;

        if (ngx_scim_access_read(gate->batch, &scope,
                                 (char *) subject[i].by->name.data,
                                 &subject[i].value)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (ngx_scim_redis_send(gate->batch) != NGX_OK) {
        gate->failure = gate->batch->failure;
        return NGX_ERROR;
    }

    gate->failure = NULL;
    gate->waiting = 1;
    r->connection->log->action = "waiting for redis";

    return NGX_OK;
}


static void
ngx_http_scim_gate_replied(ngx_scim_redis_batch_t *batch)
{
    ngx_connection_t      *c;
    ngx_http_scim_gate_t  *gate;

    gate = batch->data;
    c = gate->request->connection;

    ngx_http_set_log_request(c->log, gate->request);
    c->log->action = NULL;

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, c->log, 0,
                   "scim access: replied, time %M, %s",
                   ngx_current_msec - batch->started,
                   batch->failure ? batch->failure : "ok");

    gate->waiting = 0;
    gate->failure = batch->failure;

    if (batch->failure == NULL) {
        ngx_http_scim_gate_take(gate);
    }

    gate->resume(gate);

    ngx_http_run_posted_requests(c);
}


/* those that were asked for, in the same order */

static void
ngx_http_scim_gate_take(ngx_http_scim_gate_t *gate)
{
    ngx_uint_t                i;
    ngx_scim_access_t         access;
    ngx_http_scim_subject_t  *subject;

    subject = gate->subjects.elts;

    for (i = 0; i < gate->subjects.nelts; i++) {

        if (subject[i].record.data) {
            continue;
        }

        ngx_scim_access_reply(gate->batch, &access);

        if (ngx_http_scim_access_take(gate->request->pool, &access,
                                      &subject[i].record)
            != NGX_OK)
        {
            ngx_str_null(&subject[i].record);
            gate->failure = "no memory, or an answer that makes no sense";
            continue;
        }

        ngx_http_scim_gate_keep(gate, &subject[i], &access);
    }
}


static void
ngx_http_scim_gate_count(ngx_http_scim_gate_t *gate,
    ngx_http_scim_metric_e metric)
{
    ngx_http_scim_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(gate->request, ngx_http_scim_module);

    ngx_http_scim_metrics_count(mcf->metrics, metric);
}


static ngx_int_t
ngx_http_scim_gate_refused(ngx_http_scim_gate_t *gate)
{
    ngx_log_error(NGX_LOG_INFO, gate->request->connection->log, 0,
                  "scim access: refused, %s",
                  ngx_http_scim_refusals[gate->refusal]);

    switch (gate->refusal) {

    case NGX_HTTP_SCIM_REFUSED_ANONYMOUS:
        ngx_http_scim_gate_count(gate, NGX_HTTP_SCIM_METRIC_ACCESS_ANONYMOUS);
        break;

    case NGX_HTTP_SCIM_REFUSED_TENANT:
    case NGX_HTTP_SCIM_REFUSED_IDENTITY:
    case NGX_HTTP_SCIM_REFUSED_MISSING:
    case NGX_HTTP_SCIM_REFUSED_SEVERAL:
        ngx_http_scim_gate_count(gate, NGX_HTTP_SCIM_METRIC_ACCESS_UNKNOWN);
        break;

    case NGX_HTTP_SCIM_REFUSED_INACTIVE:
        ngx_http_scim_gate_count(gate, NGX_HTTP_SCIM_METRIC_ACCESS_INACTIVE);
        break;

    default:
        ngx_http_scim_gate_count(gate, NGX_HTTP_SCIM_METRIC_ACCESS_CONDITION);
    }

    return gate->refusal == NGX_HTTP_SCIM_REFUSED_ANONYMOUS
           ? NGX_HTTP_UNAUTHORIZED : NGX_HTTP_FORBIDDEN;
}


static ngx_int_t
ngx_http_scim_gate_unavailable(ngx_http_scim_gate_t *gate)
{
    ngx_str_t            seconds;
    ngx_http_request_t  *r;

    r = gate->request;

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "scim access: redis cannot tell who may pass: %s",
                  gate->failure);

    gate->failure = NULL;

    seconds.data = ngx_pnalloc(r->pool, NGX_INT_T_LEN);
    if (seconds.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    seconds.len = ngx_sprintf(seconds.data, "%d", NGX_HTTP_SCIM_RETRY_REDIS)
                  - seconds.data;

    return ngx_http_scim_push_header(r, "Retry-After", &seconds)
           ? NGX_HTTP_SERVICE_UNAVAILABLE : NGX_HTTP_INTERNAL_SERVER_ERROR;
}
