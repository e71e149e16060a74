package api

import "time"

// registerQueues: what a queue does not say about its rates and retries Google
// fills in, and verbs stop it and let it go on.
func registerQueues(h *hooks) {
	h.check["cloudtasks queues"] = checkQueue
	h.methods["cloudtasks.projects.locations.queues.pause"] = queueVerb("PAUSED")
	h.methods["cloudtasks.projects.locations.queues.resume"] = queueVerb("RUNNING")
	h.methods["cloudtasks.projects.locations.queues.purge"] = func(k *call) (map[string]any, *apiError) {
		q, err := k.find(k.path)
		if err != nil {
			return nil, err
		}
		q.data["purgeTime"] = k.s.timestamp("cloudtasks")
		return q.data, nil
	}
}

func queueVerb(state string) hook {
	return func(k *call) (map[string]any, *apiError) {
		q, err := k.find(k.path)
		if err != nil {
			return nil, err
		}
		q.data["state"] = state
		return q.data, nil
	}
}

func checkQueue(k *call, r, before *resource) *apiError {
	if before == nil {
		r.data["state"] = "RUNNING"
	}
	if regionZones[k.args["locationsId"]] == "" {
		return errArgument("Location '%s' is not a valid location for queues", k.args["locationsId"])
	}
	rates, retries := withDefaults(r.data, "rateLimits", map[string]any{"maxDispatchesPerSecond": 500.0, "maxConcurrentDispatches": 1000.0}),
		withDefaults(r.data, "retryConfig", map[string]any{"maxAttempts": 100.0, "minBackoff": "0.100s", "maxBackoff": "3600s", "maxDoublings": 16.0})
	perSecond, _ := rates["maxDispatchesPerSecond"].(float64)
	concurrent, _ := rates["maxConcurrentDispatches"].(float64)
	switch {
	case perSecond > 500 || perSecond < 0:
		return errArgument("RateLimits.max_dispatches_per_second must be at most 500, not %v", perSecond)
	case concurrent > 5000 || concurrent < 0:
		return errArgument("RateLimits.max_concurrent_dispatches must be at most 5000, not %v", concurrent)
	}
	// A queue may send as many at once as it sends in a fifth of a second.
	rates["maxBurstSize"] = max(1, float64(int(perSecond/5)))
	shortest, err := time.ParseDuration(text(retries, "minBackoff"))
	if err != nil {
		return errArgument("RetryConfig.min_backoff is no duration: %s", text(retries, "minBackoff"))
	}
	longest, err := time.ParseDuration(text(retries, "maxBackoff"))
	if err != nil || longest < shortest {
		return errArgument("RetryConfig.max_backoff must be at least min_backoff (%s), not %s", text(retries, "minBackoff"), text(retries, "maxBackoff"))
	}
	if attempts, ok := retries["maxAttempts"].(float64); ok && (attempts == 0 || attempts < -1) {
		return errArgument("RetryConfig.max_attempts must be -1 or at least 1")
	}
	if ratio, ok := member(r.data, "stackdriverLoggingConfig")["samplingRatio"].(float64); ok && (ratio < 0 || ratio > 1) {
		return errArgument("StackdriverLoggingConfig.sampling_ratio must be between 0 and 1, not %v", ratio)
	}
	return nil
}

// withDefaults fills in what a member lacks, and gives it.
func withDefaults(data map[string]any, name string, defaults map[string]any) map[string]any {
	filled := member(data, name)
	if filled == nil {
		filled = map[string]any{}
		data[name] = filled
	}
	for key, value := range defaults {
		if filled[key] == nil {
			filled[key] = value
		}
	}
	return filled
}
