package api

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// registerPubSub: defaults and limits are prose in the document, and a topic that
// goes leaves its subscriptions behind.
func registerPubSub(h *hooks) {
	h.check["pubsub topics"] = checkTopic
	h.check["pubsub subscriptions"] = checkSubscription
	h.check["pubsub schemas"] = checkSchema
	h.gone["pubsub topics"] = leaveSubscriptions
}

var pubsubID = regexp.MustCompile(`^[A-Za-z][-A-Za-z0-9_.~+%]{2,254}$`)

func checkPubSubID(r *resource) *apiError {
	if !pubsubID.MatchString(r.id()) || strings.HasPrefix(r.id(), "goog") {
		return errArgument("Invalid resource name given (name=%s): an id has 3 to 255 letters, digits and -_.~+%%, begins with a letter, and not with goog", r.path)
	}
	return nil
}

// between reports whether a duration is in a range; an absent one is.
func between(object map[string]any, name string, from, to time.Duration) bool {
	given := text(object, name)
	if given == "" {
		return true
	}
	d, err := time.ParseDuration(given)
	return err == nil && from <= d && d <= to
}

const aDay = 24 * time.Hour

func checkTopic(_ *call, r, _ *resource) *apiError {
	if err := checkPubSubID(r); err != nil {
		return err
	}
	if !between(r.data, "messageRetentionDuration", 10*time.Minute, 31*aDay) {
		return errArgument("Topic message_retention_duration %s must be between 10 minutes and 31 days", text(r.data, "messageRetentionDuration"))
	}
	for _, region := range texts(memberAt(r.data, "messageStoragePolicy")["allowedPersistenceRegions"]) {
		if regionZones[region] == "" {
			return errArgument("Messages cannot be stored in region '%s', which does not exist", region)
		}
	}
	setDefault(r.data, "state", "ACTIVE")
	return nil
}

func checkSchema(_ *call, r, _ *resource) *apiError {
	if err := checkPubSubID(r); err != nil {
		return err
	}
	definition := text(r.data, "definition")
	switch text(r.data, "type") {
	case "AVRO":
		var parsed map[string]any
		if json.Unmarshal([]byte(definition), &parsed) != nil || text(parsed, "type") != "record" || text(parsed, "name") == "" || parsed["fields"] == nil {
			return errArgument("AVRO schema definition cannot be parsed: it must be a record with a name and fields")
		}
	case "PROTOCOL_BUFFER":
		if !strings.Contains(definition, "message ") || balanced(strings.NewReplacer("{", "(", "}", ")").Replace(definition)) != "" {
			return errArgument("Protocol buffer schema definition cannot be parsed: it must be one message")
		}
	default:
		return errArgument("A schema needs a type")
	}
	setDefault(r.data, "revisionId", opaqueID(r.path)[:8])
	return nil
}

func checkSubscription(k *call, r, before *resource) *apiError {
	if err := checkPubSubID(r); err != nil {
		return err
	}
	topic := text(r.data, "topic")
	if before == nil && k.s.store.get("pubsub", k.withProjectID(topic)) == nil {
		return &apiError{code: http.StatusNotFound, reason: "notFound", status: "NOT_FOUND", message: "Resource not found (resource=" + topic[strings.LastIndexByte(topic, '/')+1:] + ")."}
	}
	if before != nil && before.data["filter"] != r.data["filter"] {
		return errArgument("The filter of a subscription cannot change")
	}
	setDefault(r.data, "ackDeadlineSeconds", 10.0)
	setDefault(r.data, "messageRetentionDuration", "604800s")
	setDefault(r.data, "expirationPolicy", map[string]any{"ttl": "2678400s"})
	setDefault(r.data, "pushConfig", map[string]any{})
	setDefault(r.data, "state", "ACTIVE")
	deadline, _ := r.data["ackDeadlineSeconds"].(float64)
	attempts, hasAttempts := memberAt(r.data, "deadLetterPolicy")["maxDeliveryAttempts"].(float64)
	retry := memberAt(r.data, "retryPolicy")
	filter := text(r.data, "filter")
	switch {
	case deadline < 10 || deadline > 600:
		return errArgument("Subscription ack_deadline_seconds %v must be between 10 and 600", deadline)
	case !between(r.data, "messageRetentionDuration", 10*time.Minute, 31*aDay):
		return errArgument("Subscription message_retention_duration %s must be between 10 minutes and 31 days", text(r.data, "messageRetentionDuration"))
	case !between(memberAt(r.data, "expirationPolicy"), "ttl", aDay, 1<<62):
		return errArgument("Expiration ttl %s must be at least a day", text(memberAt(r.data, "expirationPolicy"), "ttl"))
	case hasAttempts && (attempts < 5 || attempts > 100):
		return errArgument("Dead letter max_delivery_attempts %v must be between 5 and 100", attempts)
	case !between(retry, "minimumBackoff", 0, 10*time.Minute) || !between(retry, "maximumBackoff", 0, 10*time.Minute):
		return errArgument("Retry backoff must be between 0 and 600 seconds")
	case filter != "" && balanced(filter) != "":
		return errArgument("The subscription filter '%s' cannot be parsed: %s", filter, balanced(filter))
	case filter != "" && !strings.Contains(filter, "attributes"):
		return errArgument("The subscription filter '%s' can only be about attributes", filter)
	}
	return k.checkDelivery(r)
}

// checkDelivery refuses more than one way to deliver and those that lead
// nowhere.
func (k *call) checkDelivery(r *resource) *apiError {
	push := memberAt(r.data, "pushConfig")
	ways := 0
	for _, name := range []string{"bigqueryConfig", "cloudStorageConfig", "bigtableConfig"} {
		if len(memberAt(r.data, name)) > 0 {
			ways++
			memberAt(r.data, name)["state"] = "ACTIVE"
		}
	}
	endpoint := text(push, "pushEndpoint")
	if endpoint != "" {
		ways++
	}
	switch {
	case ways > 1:
		return errArgument("A subscription delivers in one way only: push, BigQuery, Bigtable or Cloud Storage")
	case endpoint != "" && !strings.HasPrefix(endpoint, "https://"):
		return errArgument("Invalid push endpoint given (endpoint=%s): it must be an HTTPS URL", endpoint)
	case endpoint == "" && push["oidcToken"] != nil:
		return errArgument("An OIDC token needs a push endpoint")
	case r.data["enableExactlyOnceDelivery"] == true && ways > 0:
		return errArgument("Only pull subscriptions can deliver exactly once")
	}
	if table := text(memberAt(r.data, "bigqueryConfig"), "table"); table != "" {
		parts := strings.Split(strings.Replace(table, ":", ".", 1), ".")
		if len(parts) != 3 {
			return errArgument("Invalid BigQuery table name (table=%s): it must have the form project.dataset.table", table)
		}
		if k.s.store.get("bigquery", "projects/"+parts[0]+"/datasets/"+parts[1]+"/tables/"+parts[2]) == nil {
			return errBigQueryNotFound("Table", parts[0], parts[1], parts[2])
		}
	}
	if bucket := text(memberAt(r.data, "cloudStorageConfig"), "bucket"); bucket != "" && k.s.store.get("storage", "b/"+bucket) == nil {
		return errArgument("The subscription's bucket %s does not exist", bucket)
	}
	return nil
}

// leaveSubscriptions tells the subscriptions of a topic that it is gone.
func leaveSubscriptions(s *Server, r *resource) {
	for _, key := range s.store.usedBy(r) {
		if sub := s.store.byKey[key]; sub != nil && sub.kind.word == "subscriptions" && sub.data["topic"] == r.path {
			sub.data["topic"] = "_deleted-topic_"
			s.store.refer(sub, slices.DeleteFunc(slices.Clone(sub.refs), func(ref string) bool { return ref == r.key() }))
		}
	}
}
