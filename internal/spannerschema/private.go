package spannerschema

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// The keys of private state.
const (
	// liveEcho is what the database answered when it was last read.
	liveEcho = "live_echo"
	// appliedEcho is what it answered right after the text in state was applied.
	appliedEcho = "applied_echo"
	// appliedText is a lastApplied; without it the text in state is the one.
	appliedText = "applied_text"
	// dialectKey is the dialect of the database, a JSON string.
	dialectKey = "dialect"
	// namesKey is what Spanner calls the constraints, a packed list.
	namesKey = "constraint_names"
)

// maxEcho limits what is unpacked: Spanner's own limit is 10 MiB for a schema.
const maxEcho = 64 << 20

// The parts of the framework's private state that echoes need.
type (
	privateReader interface {
		GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	}
	privateWriter interface {
		SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
	}
)

// echo is the schema as the database tells it.
type echo struct {
	Statements []string `json:"statements"`
}

// schema reads the echo, with what it has in common with texts read before.
func (e *echo) schema(dialect ddl.Dialect, before ...*ddl.Schema) *ddl.Schema {
	return dialect.ParseEcho(e.Statements, before...)
}

// lastApplied is the text that was last applied, where it is not the one in
// state.
type lastApplied struct {
	// InState is true when the text in state is the one that was applied.
	InState bool `json:"in_state"`
	// Sources are its texts; none when nothing was ever applied.
	Sources []ddl.Source `json:"sources,omitempty"`
	// Descriptors is the fingerprint of the proto descriptors sent with it.
	Descriptors []byte `json:"descriptors,omitempty"`
}

func readApplied(ctx context.Context, private privateReader) (lastApplied, diag.Diagnostics) {
	value, diags := private.GetKey(ctx, appliedText)
	if diags.HasError() || value == nil {
		return lastApplied{InState: true}, diags
	}
	var last lastApplied
	if err := unpack(value, &last); err != nil {
		diags.AddError("The stored copy of the applied DDL is damaged",
			fmt.Sprintf("Private state %q: %v. Remove the resource from the state and import it: the database is not touched by that.", appliedText, err))
	}
	return last, diags
}

func writeApplied(ctx context.Context, private privateWriter, last lastApplied) diag.Diagnostics {
	value, err := pack(last)
	if err != nil {
		var diags diag.Diagnostics
		diags.AddError("The applied DDL cannot be kept in private state", wording.Sentence(err.Error()))
		return diags
	}
	return private.SetKey(ctx, appliedText, value)
}

// stored is how echoes and texts are kept: schemas are long and repeat themselves,
// and core keeps private state in plans and states as often as it likes.
type stored struct {
	Gzip []byte `json:"gzip"`
}

// readEcho gives nil when there is no echo under the key.
func readEcho(ctx context.Context, private privateReader, key string) (*echo, diag.Diagnostics) {
	value, diags := private.GetKey(ctx, key)
	if diags.HasError() || value == nil {
		return nil, diags
	}
	read := new(echo)
	if err := unpack(value, read); err != nil {
		diags.AddError("The stored copy of the database's schema is damaged",
			fmt.Sprintf("Private state %q: %v. Run `terraform apply -refresh-only` to read the schema anew; if that does not help, remove the resource from the state and import it.", key, err))
		return nil, diags
	}
	return read, diags
}

func writeEcho(ctx context.Context, private privateWriter, key string, e echo) diag.Diagnostics {
	value, err := pack(e)
	if err != nil {
		var diags diag.Diagnostics
		diags.AddError("The database's schema cannot be kept in private state", wording.Sentence(err.Error()))
		return diags
	}
	return private.SetKey(ctx, key, value)
}

func pack(e any) ([]byte, error) {
	plain, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	if _, err := writer.Write(plain); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return json.Marshal(stored{Gzip: packed.Bytes()})
}

func unpack(value []byte, into any) error {
	var kept stored
	if err := json.Unmarshal(value, &kept); err != nil {
		return err
	}
	reader, err := gzip.NewReader(bytes.NewReader(kept.Gzip))
	if err != nil {
		return err
	}
	plain, err := io.ReadAll(io.LimitReader(reader, maxEcho))
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, into)
}
