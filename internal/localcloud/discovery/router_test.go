package discovery_test

import (
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/discovery"
)

func TestFind(t *testing.T) {
	t.Parallel()
	router, err := discovery.NewRouter()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ host, verb, path, id, named string }{
		{"compute.googleapis.com", "GET", "/compute/v1/projects/p/global/networks/n", "compute.networks.get", "projects/p/global/networks/n"},
		{"compute.googleapis.com", "POST", "/compute/v1/projects/p/global/backendServices/s/getHealth", "compute.backendServices.getHealth", "projects/p/global/backendServices/s/getHealth"},
		{"secretmanager.googleapis.com", "POST", "/v1/projects/p/secrets/s:addVersion", "secretmanager.projects.secrets.addVersion", "projects/p/secrets/s"},
		{"secretmanager.googleapis.com", "GET", "/v1/projects/p/secrets/s", "secretmanager.projects.secrets.get", "projects/p/secrets/s"},
		{"storage.googleapis.com", "GET", "/storage/v1/b/bucket/o/a%2Fb", "storage.objects.get", "b/bucket/o/a/b"},
		{"storage.googleapis.com", "POST", "/upload/storage/v1/b/bucket/o", "storage.objects.insert", "b/bucket/o"},
		{"dns.googleapis.com", "GET", "/dns/v1/projects/p/managedZones/z", "dns.managedZones.get", "projects/p/managedZones/z"},
		{"sqladmin.googleapis.com", "GET", "/sql/v1beta4/projects/p/instances/i", "sql.instances.get", "projects/p/instances/i"},
		{"monitoring.googleapis.com", "GET", "/v1/projects/p/dashboards/d", "monitoring.projects.dashboards.get", "projects/p/dashboards/d"},
		{"monitoring.googleapis.com", "GET", "/v3/projects/p/alertPolicies/a", "monitoring.projects.alertPolicies.get", "projects/p/alertPolicies/a"},
		{"monitoring.googleapis.com", "GET", "/v3/projects/p/metricDescriptors/custom.googleapis.com/a/b", "monitoring.projects.metricDescriptors.get", "projects/p/metricDescriptors/custom.googleapis.com/a/b"},
		{"memorystore.googleapis.com", "GET", "/v1/projects/p/locations/l/instances/i", "memorystore.projects.locations.instances.get", "projects/p/locations/l/instances/i"},
		{"cloudresourcemanager.googleapis.com", "POST", "/v1/projects/p:getIamPolicy", "cloudresourcemanager.projects.getIamPolicy", "projects/p"},
		{"bigquery.googleapis.com", "GET", "/bigquery/v2/projects/p/datasets/d", "bigquery.datasets.get", "projects/p/datasets/d"},
	} {
		match, known, err := router.Find(c.host, c.verb, c.path)
		if err != nil || !known || match.Method == nil || match.Method.ID != c.id || match.Path != c.named {
			id := ""
			if match.Method != nil {
				id = match.Method.ID
			}
			t.Errorf("%s %s%s: %s %q, known %t, %v; want %s %q", c.verb, c.host, c.path, id, match.Path, known, err, c.id, c.named)
		}
	}
	if _, known, _ := router.Find("compute.googleapis.com", "GET", "/compute/v1/projects/p/global/nothing"); known {
		t.Error("a path that the API does not have is known")
	}
	if match, known, _ := router.Find("compute.googleapis.com", "DELETE", "/compute/v1/projects/p/regions/r"); !known || match.Method != nil {
		t.Error("a verb that the path does not have finds a method")
	}
}
