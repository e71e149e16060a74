package spannerschema_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

// accounts has what a database of the PostgreSQL dialect echoes in other words.
const accounts = `
CREATE TABLE accounts (
  id varchar(36) NOT NULL,
  name text DEFAULT 'nobody',
  balance int8 NOT NULL DEFAULT 0,
  born timestamptz,
  PRIMARY KEY (id),
  CONSTRAINT balance_is_positive CHECK (balance >= 0)
) TTL INTERVAL '30 days' ON born;
CREATE TABLE entries (
  id varchar(36) NOT NULL,
  number bigint NOT NULL,
  PRIMARY KEY (id, number)
) INTERLEAVE IN PARENT accounts ON DELETE CASCADE;
CREATE UNIQUE INDEX accounts_by_name ON accounts (name DESC) INCLUDE (balance);
CREATE VIEW names SQL SECURITY INVOKER AS SELECT accounts.id, accounts.name FROM accounts;
`

func TestPostgreSQL(t *testing.T) {
	t.Parallel()
	b := newPostgresBench(t)
	changed := replaced(accounts, "name text", "name text NOT NULL", "balance int8", "weight double precision,\n  balance int8")
	b.test(
		sends(b.config(text(accounts)), plancheck.ResourceActionCreate, 4, `^CREATE`),
		acctest.EmptyPlan(b.config(text("-- reworded\n"+replaced(accounts, "varchar", "CHARACTER VARYING", "int8", "bigint")))),
		resource.TestStep{Config: b.config(text(changed)), ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)},
			PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		}},
		resource.TestStep{Config: b.config(text(changed) + `on_destroy = "drop"`)},
	)
	if live := b.live(); live != "" {
		t.Errorf("left after the destroy:\n%s", live)
	}
}
