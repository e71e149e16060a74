package ledgerregion

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
	"github.com/proveniq/terraform-provider-proveniq/internal/spannerinstances"
	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// instanceLimit bounds reading what the API tells of a database's instance.
const instanceLimit = 5 * time.Second

// Observations keep what one run of the provider has read of Spanner instances,
// so that all regions of a ledger cost one reading. The zero value is empty.
type Observations struct {
	mu   sync.Mutex
	made map[string]*observation
}

// observation is a database's topology as the API tells it.
type observation struct {
	once     sync.Once
	topology topology.Topology
	found    bool
	err      error
}

// of is the observation of a database.
func (o *Observations) of(databasePath string) *observation {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.made == nil {
		o.made = map[string]*observation{}
	}
	if o.made[databasePath] == nil {
		o.made[databasePath] = &observation{}
	}
	return o.made[databasePath]
}

// forget drops what was read of a database, and with it that it was not there.
func (o *Observations) forget(databasePath string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.made, databasePath)
}

// observe reads the topology of a database once. found is false when its
// instance does not exist.
func (r *regionResource) observe(ctx context.Context, databasePath string, facts topology.Facts) (t topology.Topology, found bool, err error) {
	seen := r.conn.Observations().of(databasePath)
	seen.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), instanceLimit)
		defer cancel()
		seen.topology, seen.found, seen.err = r.readTopology(ctx, databasePath, facts)
	})
	return seen.topology, seen.found, seen.err
}

func (r *regionResource) readTopology(ctx context.Context, databasePath string, facts topology.Facts) (t topology.Topology, found bool, err error) {
	client, err := r.conn.SpannerInstances(ctx)
	if err != nil {
		return t, false, err
	}
	instancePath, _, _ := strings.Cut(databasePath, "/databases/")
	instance, err := client.Instance(ctx, instancePath)
	if spannerinstances.IsNotFound(err) {
		return t, false, nil
	}
	if err != nil {
		return t, false, err
	}
	config, err := client.Config(ctx, instance.Config)
	if err != nil {
		return t, false, err
	}
	base := config
	if config.BaseConfig != "" {
		if base, err = client.Config(ctx, config.BaseConfig); err != nil {
			return t, false, err
		}
	}
	choice := topology.Choice{BaseConfig: topology.BaseName(base.Name)}
	told := base.Configuration()
	if len(told.LeaderOptions()) == 0 {
		return t, false, fmt.Errorf("%s: the API tells of no region with two read-write replicas, so which one leads is not known", base.Name)
	}
	if config.BaseConfig != "" {
		choice.Replicas = config.AddedTo(told)
	}
	if choice.Leader, choice.ReadLeaseRegions, err = r.placementOf(ctx, databasePath); err != nil {
		return t, false, err
	}
	t, refusals := facts.Configurations.With(told.Offering(choice.Replicas)).Choose(choice)
	if len(refusals) > 0 {
		return t, false, refusals[0]
	}
	return t, true, nil
}

// placementOf is the database's default_leader and its read_lease_regions; empty
// where it has none, or does not exist yet: then the configuration's own leads.
func (r *regionResource) placementOf(ctx context.Context, databasePath string) (leader string, leases []string, err error) {
	at, err := spanneradmin.ParseDatabasePath(databasePath)
	if err != nil {
		return "", nil, err
	}
	admin, err := r.conn.DatabaseAdmin(ctx)
	if err != nil {
		return "", nil, err
	}
	ddl, err := admin.GetDDL(ctx, at)
	if errors.Is(err, spanneradmin.ErrDatabaseNotFound) || errors.Is(err, spanneradmin.ErrInstanceNotFound) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	leader, leases = placement(ddl.Statements)
	return leader, leases, nil
}

var (
	defaultLeader    = databaseOption("default_leader")
	readLeaseRegions = databaseOption("read_lease_regions")
)

// databaseOption matches where a database's option gets a text, in either dialect.
func databaseOption(name string) *regexp.Regexp {
	return regexp.MustCompile("(?i)\\b" + name + "[\"`]?\\s*(?:=|\\bTO\\b)\\s*['\"]([^'\"]*)['\"]")
}

// placement is what a database's statements say of its leader and its read
// leases. A statement overrides those before it.
func placement(statements []string) (leader string, leases []string) {
	for _, statement := range statements {
		if !strings.HasPrefix(strings.ToUpper(statement), "ALTER DATABASE") {
			continue
		}
		if match := defaultLeader.FindStringSubmatch(statement); match != nil {
			leader = match[1]
		}
		if match := readLeaseRegions.FindStringSubmatch(statement); match != nil {
			leases = strings.FieldsFunc(match[1], func(c rune) bool { return c == ',' || c == ' ' })
		}
	}
	return leader, leases
}

// observedTopology is the topology that the API tells; false when there is no
// such instance yet, or it cannot be read.
func (r *regionResource) observedTopology(ctx context.Context, m model, args spannerModel, facts topology.Facts, diags *diag.Diagnostics) (topology.Topology, bool) {
	if args.Database.IsNull() || args.Database.IsUnknown() || m.Project.IsUnknown() {
		return topology.Topology{}, false
	}
	t, found, err := r.observe(ctx, databasePath(m.Project.ValueString(), args.Database.ValueString()), facts)
	if err != nil {
		diags.AddAttributeWarning(spannerAt("database"), "The Spanner instance's configuration could not be read",
			wording.Sentence(err.Error())+" What Spanner can do for the region is not known. Describe it with spanner.topology, which needs no reading.")
	}
	return t, found && err == nil
}

// differs warns where the API tells otherwise than the configuration. What
// cannot be read is left alone: the configuration is what counts.
func (r *regionResource) differs(ctx context.Context, m model, args spannerModel, facts topology.Facts, t topology.Topology, diags *diag.Diagnostics) {
	if args.Database.IsNull() || args.Database.IsUnknown() || m.Project.IsUnknown() {
		return
	}
	path := databasePath(m.Project.ValueString(), args.Database.ValueString())
	live, found, err := r.observe(ctx, path, facts)
	if err != nil || !found {
		return
	}
	var differences []string
	if ours, theirs := placed(t), placed(live); !slices.Equal(ours, theirs) {
		differences = append(differences, fmt.Sprintf("replicas: %s here, %s there", strings.Join(ours, ", "), strings.Join(theirs, ", ")))
	}
	if t.Leader != live.Leader {
		differences = append(differences, fmt.Sprintf("leader: %s here, %s there", t.Leader, live.Leader))
	}
	ours, theirs := slices.Sorted(slices.Values(t.ReadLeaseRegions)), slices.Sorted(slices.Values(live.ReadLeaseRegions))
	if !slices.Equal(ours, theirs) {
		differences = append(differences, fmt.Sprintf("read_lease_regions: [%s] here, [%s] there", strings.Join(ours, ", "), strings.Join(theirs, ", ")))
	}
	if len(differences) > 0 {
		diags.AddAttributeWarning(spannerAt("topology"), "The Spanner instance is not as the configuration describes it",
			fmt.Sprintf("%s differs from spanner.topology in:\n  - %s\nThe promises go by spanner.topology.", path, strings.Join(differences, "\n  - ")))
	}
}

// placed are a topology's replicas in words, sorted.
func placed(t topology.Topology) []string {
	counts := map[string]int{}
	for _, one := range t.Replicas {
		counts[one.Location+" "+string(one.Type)] += one.Count
	}
	var words []string
	for _, place := range slices.Sorted(maps.Keys(counts)) {
		words = append(words, fmt.Sprintf("%d %s", counts[place], place))
	}
	return words
}
