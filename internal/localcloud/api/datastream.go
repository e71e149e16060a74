package api

import (
	"net/netip"
	"slices"
	"strings"
)

// registerDatastream: which members go together, and that profiles must fit the
// stream between them, no document says.
func registerDatastream(h *hooks) {
	h.check["datastream connectionProfiles"] = checkProfile
	h.check["datastream privateConnections"] = checkPrivateConnection
	h.check["datastream streams"] = checkStream
	h.show["datastream connectionProfiles"] = showProfile
	h.methods["datastream.projects.locations.fetchStaticIps"] = func(*call) (map[string]any, *apiError) {
		// Addresses that are kept for documentation.
		return map[string]any{"staticIps": []any{"198.51.100.1", "198.51.100.2", "198.51.100.3", "198.51.100.4", "198.51.100.5"}}, nil
	}
	for _, word := range []string{"connectionProfiles", "privateConnections"} {
		h.deletion["datastream "+word] = unusedInDatastream
	}
}

// membersEnding are the members of an object that are set and end in a word.
func membersEnding(object map[string]any, suffix string) []string {
	var out []string
	for name, value := range object {
		if strings.HasSuffix(name, suffix) && value != nil {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func checkProfile(k *call, r, before *resource) *apiError {
	profiles := membersEnding(r.data, "Profile")
	if len(profiles) != 1 {
		return errArgument("A connection profile must have exactly one kind of profile, not %d", len(profiles))
	}
	if before != nil && before.data[profiles[0]] == nil {
		return errArgument("The kind of a connection profile cannot change")
	}
	profile := memberAt(r.data, profiles[0])
	ways := membersEnding(r.data, "Connectivity")
	switch profiles[0] {
	case "bigqueryProfile":
		if len(ways) > 0 {
			return errArgument("A profile of BigQuery needs no connectivity")
		}
	case "gcsProfile":
		if bucket := text(profile, "bucket"); k.s.store.get("storage", "b/"+bucket) == nil {
			return errPrecondition("The bucket '" + bucket + "' of the connection profile does not exist")
		}
	default:
		if len(ways) > 1 {
			return errArgument("A connection profile has one connectivity method, not %s", strings.Join(ways, " and "))
		}
		if text(profile, "hostname") == "" && profiles[0] != "spannerProfile" && profiles[0] != "mongodbProfile" && strings.HasSuffix(profiles[0], "qlProfile") {
			return errArgument("The connection profile needs a hostname")
		}
	}
	return nil
}

// showProfile hides the password, as the API does.
func showProfile(_ *Server, r *resource) map[string]any {
	shown := jsonCopy(r.data)
	for _, name := range membersEnding(shown, "Profile") {
		delete(memberAt(shown, name), "password")
	}
	return shown
}

func checkPrivateConnection(_ *call, r, _ *resource) *apiError {
	peering := memberAt(r.data, "vpcPeeringConfig")
	if len(peering) == 0 {
		if r.data["pscInterfaceConfig"] == nil {
			return errArgument("A private connection needs a peering or a PSC interface")
		}
		return nil
	}
	subnet, err := netip.ParsePrefix(text(peering, "subnet"))
	if err != nil || subnet.Bits() > 29 || !subnet.Addr().IsPrivate() {
		return errArgument("The private connection's subnet '%s' must be a private range of at least /29", text(peering, "subnet"))
	}
	return nil
}

func checkStream(k *call, r, before *resource) *apiError {
	for _, side := range []string{"source", "destination"} {
		if err := k.checkSide(side, memberAt(r.data, side+"Config")); err != nil {
			return err
		}
	}
	if (r.data["backfillAll"] == nil) == (r.data["backfillNone"] == nil) {
		return errArgument("A stream needs exactly one backfill strategy")
	}
	state := text(r.data, "state")
	switch {
	case before == nil && state == "":
		r.data["state"] = "NOT_STARTED"
	case before == nil && state != "NOT_STARTED" && state != "RUNNING":
		return errArgument("A stream cannot begin in state %s", state)
	case before != nil && state == "NOT_STARTED" && before.data["state"] != "NOT_STARTED":
		return errPrecondition("A stream that was started cannot become NOT_STARTED: it can be PAUSED")
	}
	return nil
}

// checkSide refuses a side of a stream whose settings are not for its profile.
func (k *call) checkSide(side string, config map[string]any) *apiError {
	name := text(config, side+"ConnectionProfile")
	profile := k.s.store.get("datastream", k.withProjectID(name))
	if profile == nil {
		return errArgument("The stream's %s connection profile '%s' does not exist", side, name)
	}
	suffix := strings.ToUpper(side[:1]) + side[1:] + "Config"
	settings := membersEnding(config, suffix)
	if len(settings) != 1 {
		return errArgument("The stream's %s needs exactly one kind of settings, not %d", side, len(settings))
	}
	kind := strings.TrimSuffix(settings[0], suffix)
	if profile.data[kind+"Profile"] == nil {
		return errArgument("The stream's %s settings are for %s, but its connection profile is a %s", side, kind, strings.Join(membersEnding(profile.data, "Profile"), ""))
	}
	if postgres := memberAt(config, "postgresqlSourceConfig"); kind == "postgresql" && (text(postgres, "publication") == "" || text(postgres, "replicationSlot") == "") {
		return errArgument("A PostgreSQL source needs a publication and a replication slot")
	}
	if bigquery := memberAt(config, "bigqueryDestinationConfig"); kind == "bigquery" {
		project, id, ok := strings.Cut(text(memberAt(bigquery, "singleTargetDataset"), "datasetId"), ":")
		if ok && k.s.store.get("bigquery", "projects/"+project+"/datasets/"+id) == nil {
			return errPrecondition("The stream's dataset " + project + ":" + id + " does not exist")
		}
		if !between(bigquery, "dataFreshness", 0, aDay) {
			return errArgument("The stream's data_freshness must be at most a day")
		}
	}
	return nil
}

func unusedInDatastream(k *call, r *resource) *apiError {
	if users := k.s.store.usedBy(r); len(users) > 0 {
		_, user, _ := strings.Cut(users[0], " ")
		return errPrecondition("'" + r.path + "' is used by '" + user + "'")
	}
	return nil
}
