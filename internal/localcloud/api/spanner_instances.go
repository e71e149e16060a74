package api

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
)

var spannerInstanceID = regexp.MustCompile(`^[a-z][-a-z0-9]*[a-z0-9]$`)

// editions in the order of what they offer.
var spannerEditions = []string{"STANDARD", "ENTERPRISE", "ENTERPRISE_PLUS"}

// offers reports whether an instance's edition is one or a higher one.
func offers(instance map[string]any, edition string) bool {
	return slices.Index(spannerEditions, text(instance, "edition")) >= slices.Index(spannerEditions, edition)
}

func getInstance(k *call) (map[string]any, *apiError) {
	if k.query.Get("fieldMask") != "" {
		return nil, errNotServed(k.method.ID + " with a fieldMask")
	}
	return get(k)
}

// updateInstance refuses what no mask may name.
func updateInstance(k *call) (map[string]any, *apiError) {
	mask := k.mask(k.body)
	if mask == nil {
		return nil, errArgument("The field_mask of UpdateInstance must name the fields to update.")
	}
	for _, name := range mask {
		switch first, _, _ := strings.Cut(name, "."); first {
		case "displayName", "nodeCount", "processingUnits", "labels", "autoscalingConfig", "edition", "defaultBackupScheduleType", "instanceType":
		case "config":
			return nil, errArgument("The config of an instance cannot be updated: an instance is moved to another configuration.")
		default:
			return nil, errArgument("Field %s of an instance cannot be updated.", name)
		}
	}
	return update(k)
}

// checkInstance refuses what Google refuses of an instance, and fills in what
// it fills in.
func checkInstance(k *call, r, before *resource) *apiError {
	if id := r.id(); !spannerInstanceID.MatchString(id) || len(id) > 64 {
		return errArgument("Invalid instance id: %q. Instance ids have 2 to 64 lower case letters, digits and hyphens, and begin with a letter.", id)
	}
	if n := len(text(r.data, "displayName")); n < 4 || n > 30 {
		return errArgument("The display_name %q of instance %s must have 4 to 30 characters.", text(r.data, "displayName"), r.path)
	}
	ref, _ := k.s.readReference(k, text(r.data, "config"))
	config := k.s.store.get("spanner", ref.path)
	if config == nil {
		return errArgument("Invalid instance config: %q of instance %s.", text(r.data, "config"), r.path)
	}
	r.data["config"] = config.path
	if err := checkSpannerLabels(r.data); err != nil {
		return err
	}
	for name, value := range map[string]string{"instanceType": "PROVISIONED", "edition": leastEdition(config), "defaultBackupScheduleType": "NONE"} {
		if given := text(r.data, name); given == "" || strings.HasSuffix(given, "_UNSPECIFIED") {
			r.data[name] = value
		}
	}
	if r.data["instanceType"] == "FREE_INSTANCE" {
		return checkFreeInstance(k, r, before, config)
	}
	var old map[string]any
	if before != nil {
		if text(before.data, "instanceType") == "FREE_INSTANCE" && before.data["nodeCount"] == nil {
			delete(r.data, "freeInstanceMetadata")
		}
		old = before.data
	}
	if err := settleCapacity(r, old, config); err != nil {
		return err
	}
	if err := k.checkEdition(r, config); err != nil {
		return err
	}
	return k.shadow(r, before)
}

// checkFreeInstance: a trial has its own size, place and number.
func checkFreeInstance(k *call, r, before, config *resource) *apiError {
	if before != nil && text(before.data, "instanceType") != "FREE_INSTANCE" {
		return errArgument("Instance %s cannot become a free instance.", r.path)
	}
	for _, name := range []string{"nodeCount", "processingUnits", "autoscalingConfig"} {
		if r.data[name] != nil {
			return errArgument("Field %s cannot be set for a free instance.", name)
		}
	}
	if text(config.data, "freeInstanceAvailability") != "AVAILABLE" {
		return errArgument("Free instances are not available in instance config %s.", config.path)
	}
	if r.data["defaultBackupScheduleType"] == "AUTOMATIC" {
		return errArgument("A free instance has no backups: its default_backup_schedule_type cannot be AUTOMATIC.")
	}
	for _, other := range k.s.store.in("spanner", parentPath(r.path)) {
		if other.path != r.path && other.data["instanceType"] == "FREE_INSTANCE" {
			return errPrecondition(fmt.Sprintf("The project has a free instance already: %s.", other.path))
		}
	}
	delete(r.data, "edition")
	return k.shadow(r, before)
}

// shadow makes the instance where databases are really made, last of all, when
// nothing can refuse the instance any more.
func (k *call) shadow(r, before *resource) *apiError {
	if before != nil || k.failure != nil || k.s.options.Spanner == nil {
		return nil
	}
	backend, ctx, cancel, failed := k.spanner()
	if failed != nil {
		return failed
	}
	defer cancel()
	if err := backend.CreateInstance(ctx, r.path); err != nil {
		return errSpanner(err)
	}
	return nil
}

// leastEdition is the lowest edition that a configuration can have, which an
// instance gets that names none.
func leastEdition(config *resource) string {
	switch {
	case text(config.data, "quorumType") != "REGION":
		return "ENTERPRISE_PLUS"
	case text(config.data, "configType") == "USER_MANAGED":
		return "ENTERPRISE"
	}
	return "STANDARD"
}

// checkEdition refuses what an instance's edition does not have.
func (k *call) checkEdition(r, config *resource) *apiError {
	edition, least := text(r.data, "edition"), leastEdition(config)
	switch {
	case least == "ENTERPRISE_PLUS" && !offers(r.data, least):
		return errArgument("Instance config %s is multi-region: it needs edition ENTERPRISE_PLUS, not %s.", config.path, edition)
	case !offers(r.data, least):
		return errArgument("Instance config %s has optional read-only replicas: it needs edition ENTERPRISE, not %s.", config.path, edition)
	case r.data["autoscalingConfig"] != nil && !offers(r.data, "ENTERPRISE"):
		return errArgument("Managed autoscaling needs edition ENTERPRISE, not %s.", edition)
	}
	for _, database := range k.s.store.in("spanner", r.path+"/databases") {
		for _, schedule := range k.s.store.in("spanner", database.path+"/backupSchedules") {
			if schedule.data["incrementalBackupSpec"] != nil && !offers(r.data, "ENTERPRISE") {
				return errPrecondition(fmt.Sprintf("The edition cannot be %s while %s makes incremental backups.", edition, schedule.path))
			}
		}
	}
	return nil
}

// unitsPerNode is how many processing units a node is.
const unitsPerNode = 1000.0

// settleCapacity checks nodes, processing units and autoscaling, of which an
// instance has one and shows all.
func settleCapacity(r *resource, before map[string]any, config *resource) *apiError {
	nodes, hasNodes := r.data["nodeCount"].(float64)
	units, hasUnits := r.data["processingUnits"].(float64)
	newNodes := hasNodes && r.data["nodeCount"] != before["nodeCount"]
	newUnits := hasUnits && r.data["processingUnits"] != before["processingUnits"]
	if auto, ok := r.data["autoscalingConfig"].(map[string]any); ok {
		if newNodes || newUnits {
			return errArgument("An instance that scales by itself has neither node_count nor processing_units of the caller's.")
		}
		least, most, err := checkAutoscaling(auto, config)
		if err != nil {
			return err
		}
		return setUnits(r, min(max(units, least), most))
	}
	switch {
	case !hasNodes && !hasUnits:
		return errArgument("Instance %s must have node_count, processing_units or autoscaling_config.", r.path)
	case newNodes && newUnits && nodes*unitsPerNode != units:
		return errArgument("Of node_count and processing_units only one can be set.")
	case newNodes || !hasUnits:
		units = nodes * unitsPerNode
	}
	return setUnits(r, units)
}

func setUnits(r *resource, units float64) *apiError {
	step := 100.0
	if units >= unitsPerNode {
		step = unitsPerNode
	}
	if units < step || math.Mod(units, step) != 0 {
		return errArgument("Invalid processing_units %v of instance %s: below 1000 a multiple of 100 is taken, from 1000 on a multiple of 1000.", units, r.path)
	}
	r.data["processingUnits"] = units
	delete(r.data, "nodeCount")
	if units >= unitsPerNode {
		r.data["nodeCount"] = units / unitsPerNode
	}
	return nil
}

// deleteInstance refuses to delete what holds backups or protected databases.
// Other databases go with their instance.
func deleteInstance(k *call, r *resource) *apiError {
	if backups := k.s.store.in("spanner", r.path+"/backups"); len(backups) > 0 {
		return errPrecondition(fmt.Sprintf("Instance %s cannot be deleted while it has backups: %s.", r.path, firstPath(backups)))
	}
	for _, database := range k.s.store.in("spanner", r.path+"/databases") {
		if database.data["enableDropProtection"] == true {
			return errPrecondition(fmt.Sprintf("Instance %s cannot be deleted: %s has drop protection enabled.", r.path, database.path))
		}
	}
	if k.failure != nil || k.s.options.Spanner == nil {
		return nil
	}
	backend, ctx, cancel, failed := k.spanner()
	if failed != nil {
		return failed
	}
	defer cancel()
	if err := backend.DeleteInstance(ctx, r.path); err != nil {
		return errSpanner(err)
	}
	return nil
}

// firstPath is the first of some resources by name, so that an answer does not
// depend on the order of a map.
func firstPath(of []*resource) string {
	return slices.MinFunc(of, func(a, b *resource) int { return strings.Compare(a.path, b.path) }).path
}
