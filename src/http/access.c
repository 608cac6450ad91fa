/*
 * A request before the gate: what Redis knows of the person whose it is, and
 * whether it may pass. However many lines the directives have, Redis is asked
 * once at most. It must not know what the lines demand.
 */

#include "access.h"


static void ngx_http_scim_gate_cleanup(void *data);
static void ngx_http_scim_gate_keep(ngx_http_scim_gate_t *gate,
    ngx_http_scim_subject_t *subject, ngx_scim_access_t *access);
static ngx_int_t ngx_http_scim_gate_decide(ngx_http_scim_gate_t *gate,
    ngx_array_t *lines);
static ngx_int_t ngx_http_scim_gate_ask(ngx_http_scim_gate_t *gate);
static ngx_scim_access_reader_t *ngx_http_scim_gate_reader(
    ngx_http_scim_main_conf_t *mcf);
static void ngx_http_scim_gate_replied(ngx_scim_access_question_t *question,
    ngx_scim_access_t *access);
static void ngx_http_scim_gate_take(ngx_http_scim_gate_t *gate,
    ngx_http_scim_subject_t *subject, ngx_scim_access_t *access);
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
    ngx_uint_t                i;
    ngx_http_scim_gate_t     *gate = data;
    ngx_http_scim_subject_t  *subject;

    subject = gate->subjects.elts;

    for (i = 0; i < gate->subjects.nelts; i++) {
        ngx_scim_access_forget(&subject[i].question);
    }

    gate->waiting = 0;
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


void
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

    /* with a cache Redis is seldom asked, unless nothing can be used of it */

    if (!access->kept
        && (subject->cache == NULL || gate->cached == NGX_HTTP_SCIM_BYPASS))
    {
        access->keep = 1;
    }

    if (subject->cache == NULL) {
        return;
    }

    ngx_http_scim_access_unpack(&subject->record, &record);

    key.tenant = subject->tenant;
    key.by = subject->by->number;
    key.value = subject->value;

    ngx_http_scim_access_cache_store(subject->cache, subject->ticket, &key,
                                     &record.id, &subject->record,
                                     subject->valid);
}


void
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
    ngx_uint_t                 i;
    ngx_http_request_t        *r;
    ngx_http_scim_subject_t   *subject;
    ngx_scim_access_reader_t  *reader;

    r = gate->request;

    gate->failure = "no memory";

    reader = ngx_http_scim_gate_reader(
                 ngx_http_get_module_main_conf(r, ngx_http_scim_module));
    if (reader == NULL) {
        return NGX_ERROR;
    }

    subject = gate->subjects.elts;

    for (i = 0; i < gate->subjects.nelts; i++) {

        if (subject[i].record.data) {
            continue;
        }

        subject[i].question.handler = ngx_http_scim_gate_replied;

        if (ngx_scim_access_read(reader, &subject[i].question,
                                 &subject[i].tenant,
                                 &subject[i].by->attribute, &subject[i].value)
            != NGX_OK)
        {
            ngx_http_scim_gate_cleanup(gate);
            return NGX_ERROR;
        }

        gate->waiting++;
    }

    gate->failure = NULL;
    r->connection->log->action = "waiting for redis";

    return NGX_OK;
}


static ngx_scim_access_reader_t *
ngx_http_scim_gate_reader(ngx_http_scim_main_conf_t *mcf)
{
    ngx_scim_redis_t  *redis;

    if (mcf->access_reader == NULL) {
        redis = ngx_http_scim_redis(mcf);

        if (redis) {
            mcf->access_reader = ngx_scim_access_reader_create(redis,
                                                               ngx_cycle->log);
        }
    }

    return mcf->access_reader;
}


static void
ngx_http_scim_gate_replied(ngx_scim_access_question_t *question,
    ngx_scim_access_t *access)
{
    ngx_connection_t         *c;
    ngx_http_scim_gate_t     *gate;
    ngx_http_scim_subject_t  *subject;

    subject = (ngx_http_scim_subject_t *) question;
    gate = subject->gate;
    c = gate->request->connection;

    ngx_http_set_log_request(c->log, gate->request);

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, c->log, 0,
                   "scim access: replied, %s",
                   question->failure ? question->failure : "ok");

    if (access) {
        ngx_http_scim_gate_take(gate, subject, access);

    } else {
        gate->failure = question->failure;
    }

    if (--gate->waiting) {
        return;
    }

    c->log->action = NULL;

    gate->resume(gate);

    ngx_http_run_posted_requests(c);
}


static void
ngx_http_scim_gate_take(ngx_http_scim_gate_t *gate,
    ngx_http_scim_subject_t *subject, ngx_scim_access_t *access)
{
    if (ngx_http_scim_access_take(gate->request->pool, access,
                                  &subject->record)
        != NGX_OK)
    {
        ngx_str_null(&subject->record);
        gate->failure = "no memory, or an answer that makes no sense";
        return;
    }

    ngx_http_scim_gate_keep(gate, subject, access);
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
