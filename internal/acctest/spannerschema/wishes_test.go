package spannerschema_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

func TestRenames(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const places = "CREATE TABLE Places (Region STRING(32) NOT NULL, Name STRING(64)) PRIMARY KEY (Region)"
	tf := b.terraform(b.config(text(regions, events, "CREATE INDEX ByRegion ON Events (Region)")))
	tf.Apply(0)
	b.sql("INSERT INTO Regions (Region) VALUES ('us-east1')")

	tf.Write(b.config(text(places, events, "CREATE INDEX ByRegion ON Events (Region)") + "renames = [{ from = \"Regions\", to = \"Places\", keep_synonym = true }]\n"))
	acctest.WantOutput(t, tf.Plan(true), "ALTER TABLE Regions RENAME TO Places", "SYNONYM", "ALTER TABLE Places ADD COLUMN Name")
	tf.Apply(0)
	b.wantLive("Places", "Events", "ByRegion")
	b.sql("UPDATE Places SET Name = 'South Carolina' WHERE Region = 'us-east1'", "UPDATE Regions SET Name = 'Iowa' WHERE Region = 'us-east1'")
	// The intent may stay once it is carried out.
	tf.Plan(false)
	tf.Plan(false, "-refresh=false")
}

// Two resources with their own kinds and patterns share a database.
func TestOwnersOfKinds(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const staging = "CREATE TABLE StagingEvents (Id INT64) PRIMARY KEY (Id)"
	const index = "CREATE INDEX ByRegion ON Events (Region)"
	b.change(staging)
	owners := func(tables, indexes string) string {
		return b.config(text(events, tables)+"manage = [\"tables\"]\nignore = [\"Staging*\"]\n") +
			replaced(b.config(text(index, indexes)+"manage = [\"indexes\"]\ndepends_on = [proveniq_spanner_schema.ledger]\n"),
				acctest.ProviderBlock(t, ""), "", `"ledger" {`, `"indexes" {`)
	}
	tf := b.terraform(owners("", ""))
	tf.Apply(0)
	if output := tf.Plan(false); strings.Contains(output, "left alone") {
		t.Errorf("something is reported that has its owner:\n%s", output)
	}
	tf.Write(owners(regions, "CREATE INDEX ByPlace ON Events (Region, Id)"))
	tf.Apply(0)
	tf.Plan(false)
	b.wantLive("StagingEvents", "Events", "ByRegion", "Regions", "ByPlace")
}

func TestCheck(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.change(events)
	tf := b.terraform(b.config(text(events, regions) + `mode = "check"`))
	acctest.WantOutput(t, tf.Plan(true), "The database differs from the DDL", "nothing is sent", regions)
	tf.Apply(0)
	acctest.WantOutput(t, tf.Plan(false), "The database differs from the DDL", regions)
	acctest.WantOutput(t, tf.Apply(0), "0 added, 0 changed, 0 destroyed")
	if _, writes := b.gateway.counts(); writes != 0 {
		t.Errorf("%d schema changes were sent", writes)
	}
	b.change(regions)
	if output := tf.Plan(false); strings.Contains(output, "differs") {
		t.Errorf("still a difference:\n%s", output)
	}
	tf.Write(b.config(text(events, regions, blocks)))
	tf.Apply(0)
	tf.Plan(false)
	b.wantLive("Events", "Regions", "Blocks")
}

func TestPlansWhileOutOfReach(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tf := b.terraform(b.config(text(events)))
	tf.Apply(0)
	b.gateway.fail(status.Error(codes.DeadlineExceeded, "nobody answers"))
	acctest.WantOutput(t, tf.Plan(false), "The database cannot be reached, the plan is made from the state")
	tf.Write(b.config(text(events, regions)))
	acctest.WantOutput(t, tf.Plan(true, "-out=saved"), "cannot be reached", regions)
	b.gateway.fail(nil)
	tf.Run(0, "apply", "-no-color", "-input=false", "saved")
	b.wantLive("Events", "Regions")
}

func TestProtoBundle(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const bundle = "CREATE PROTO BUNDLE (`acme.Event`)"
	const table = "CREATE TABLE Messages (Id INT64 NOT NULL, Event `acme.Event`) PRIMARY KEY (Id)"
	config := func(fields ...string) string {
		return b.config(text(bundle, table) + "proto_descriptors = \"" + descriptors(t, fields...) + "\"\n")
	}
	b.test(
		applies(config("id"), plancheck.ResourceActionCreate, bundle, table),
		acctest.EmptyPlan(config("id")),
		// The same type with one field more: the bundle's text stays as it is.
		sends(config("id", "kind"), plancheck.ResourceActionUpdate, 1, `^ALTER PROTO BUNDLE UPDATE`),
		acctest.EmptyPlan(config("id", "kind")),
	)
}

// descriptors is a FileDescriptorSet in base64 with one message of these fields.
func descriptors(t *testing.T, fields ...string) string {
	t.Helper()
	message := &descriptorpb.DescriptorProto{Name: proto.String("Event")}
	for i, name := range fields {
		message.Field = append(message.Field, &descriptorpb.FieldDescriptorProto{
			Name: proto.String(name), Number: proto.Int32(int32(i + 1)),
			Type: descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(), Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
		})
	}
	set, err := proto.Marshal(&descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{{
		Name: proto.String("event.proto"), Package: proto.String("acme"), MessageType: []*descriptorpb.DescriptorProto{message},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(set)
}
