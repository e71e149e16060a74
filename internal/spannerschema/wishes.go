package spannerschema

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	frameworkpath "github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// The arguments that diagnostics about wishes point at.
var (
	renamesPath     = frameworkpath.Root("renames")
	ignorePath      = frameworkpath.Root("ignore")
	descriptorsPath = frameworkpath.Root("proto_descriptors")
)

// wishes is all that the configuration asks of the schema, in the engine's terms.
type wishes struct {
	desired *ddl.Schema
	allowed []string
	renames []ddl.Rename
	scope   ddl.Scope
	// descriptors is a serialized FileDescriptorSet, nil when none is given.
	descriptors []byte
	// names are what Spanner calls the constraints, where that is known.
	names []ddl.ConstraintName
}

// request asks the engine for what leads from live to the wishes.
func (w wishes) request(live *ddl.Schema, last applied, descriptorsChanged bool) ddl.Request {
	return ddl.Request{
		Live:               live,
		Applied:            last.text,
		AppliedEcho:        last.echo,
		Desired:            w.desired,
		AllowDestructive:   w.allowed,
		Renames:            w.renames,
		Scope:              w.scope,
		DescriptorsChanged: descriptorsChanged,
		ConstraintNames:    w.names,
	}
}

// differ reports whether the wanted descriptors are not those.
func (w wishes) differ(descriptors []byte) bool {
	return w.descriptors != nil && !bytes.Equal(w.descriptors, descriptors)
}

// fingerprint tells descriptors apart; nil when there are none.
func (w wishes) fingerprint() []byte {
	if w.descriptors == nil {
		return nil
	}
	sum := sha256.Sum256(w.descriptors)
	return sum[:]
}

// wishes reads the text and everything beside it. known is false when
// something that decides about statements is not known yet.
func (m *model) wishes(ctx context.Context) (w wishes, known bool, diags diag.Diagnostics) {
	w, known, diags = m.settings(ctx)
	desired, _, parsed := m.parse()
	diags.Append(parsed...)
	w.desired = desired
	if diags.HasError() || desired == nil {
		return w, false, diags
	}
	if known {
		diags.Append(m.checkScope(w)...)
	}
	return w, known, diags
}

// settings reads everything beside the text.
func (m *model) settings(ctx context.Context) (w wishes, known bool, diags diag.Diagnostics) {
	known = !m.Mode.IsUnknown() && !m.Dialect.IsUnknown()
	note := func(valueKnown bool, d diag.Diagnostics) {
		known = known && valueKnown
		diags.Append(d...)
	}
	var isKnown bool
	var d diag.Diagnostics
	w.allowed, isKnown = texts(m.AllowDestructive)
	note(isKnown, nil)
	w.scope.Ignore, isKnown = texts(m.Ignore)
	note(isKnown, nil)
	w.scope.Kinds, isKnown = texts(m.Manage)
	note(isKnown, nil)
	w.renames, isKnown, d = m.readRenames(ctx)
	note(isKnown, d)
	w.descriptors, isKnown, d = m.descriptors()
	note(isKnown, d)
	return w, known, diags
}

// texts gives the elements of a set, sorted; nil for null. A null element is
// left to the validators.
func texts(set types.Set) (elements []string, known bool) {
	if set.IsUnknown() {
		return nil, false
	}
	if set.IsNull() {
		return nil, true
	}
	elements = []string{}
	for _, element := range set.Elements() {
		text, ok := element.(types.String)
		if !ok || text.IsUnknown() {
			return nil, false
		}
		if !text.IsNull() {
			elements = append(elements, text.ValueString())
		}
	}
	slices.Sort(elements)
	return elements, true
}

// rename is an element of renames.
type rename struct {
	From        types.String `tfsdk:"from"`
	To          types.String `tfsdk:"to"`
	KeepSynonym types.Bool   `tfsdk:"keep_synonym"`
}

func (m *model) readRenames(ctx context.Context) (renames []ddl.Rename, known bool, diags diag.Diagnostics) {
	if m.Renames.IsUnknown() {
		return nil, false, nil
	}
	for _, element := range m.Renames.Elements() {
		if element.IsUnknown() {
			return nil, false, nil
		}
	}
	var configured []rename
	diags = m.Renames.ElementsAs(ctx, &configured, false)
	known = true
	seen := map[string]int{}
	for i, r := range configured {
		if r.From.IsUnknown() || r.To.IsUnknown() || r.KeepSynonym.IsUnknown() {
			known = false
			continue
		}
		from, to := r.From.ValueString(), r.To.ValueString()
		at := renamesPath.AtListIndex(i)
		if strings.EqualFold(from, to) {
			diags.AddAttributeError(at, "A rename leads nowhere", fmt.Sprintf("from and to are both %q. Spanner's names are the same whatever their letter case.", from))
		}
		if first, twice := seen[strings.ToLower(from)]; twice {
			diags.AddAttributeError(at, "A table is renamed twice", fmt.Sprintf("renames[%d] already says what becomes of %q.", first, from))
		}
		seen[strings.ToLower(from)] = i
		renames = append(renames, ddl.Rename{From: from, To: to, KeepSynonym: r.KeepSynonym.ValueBool()})
	}
	return renames, known, diags
}

// descriptors decodes proto_descriptors.
func (m *model) descriptors() (set []byte, known bool, diags diag.Diagnostics) {
	if m.ProtoDescriptors.IsUnknown() || m.ProtoDescriptors.IsNull() {
		return nil, !m.ProtoDescriptors.IsUnknown(), nil
	}
	const summary = "proto_descriptors is no set of proto descriptors"
	const remedy = " Make the file with `protoc --include_imports --descriptor_set_out=FILE` and give it as filebase64(\"FILE\")."
	set, err := base64.StdEncoding.DecodeString(m.ProtoDescriptors.ValueString())
	if err != nil {
		diags.AddAttributeError(descriptorsPath, summary, "It is not base64: "+wording.Sentence(err.Error())+remedy)
		return nil, true, diags
	}
	var files descriptorpb.FileDescriptorSet
	if err := proto.Unmarshal(set, &files); err != nil {
		diags.AddAttributeError(descriptorsPath, summary, "It is not a serialized google.protobuf.FileDescriptorSet."+remedy)
		return nil, true, diags
	}
	if len(files.GetFile()) == 0 {
		diags.AddAttributeError(descriptorsPath, summary, "It holds no file."+remedy)
		return nil, true, diags
	}
	return set, true, nil
}

// checkScope refuses declarations that manage and ignore exclude.
func (m *model) checkScope(w wishes) (diags diag.Diagnostics) {
	for _, pattern := range w.scope.Ignore {
		if _, err := path.Match(pattern, ""); err != nil {
			diags.AddAttributeError(ignorePath, "A pattern cannot be read",
				fmt.Sprintf("%q: %s Use * for any characters and ? for one.", pattern, wording.Sentence(err.Error())))
		}
	}
	if w.scope.Kinds != nil && len(w.scope.Kinds) == 0 {
		return diags // refused as such
	}
	for _, problem := range w.scope.OutOfScope(w.desired) {
		diags.AddAttributeError(m.textPath(problem.Position.Source), "The DDL declares what this resource does not manage",
			wording.Sentence(problem.Error())+excerpt(*m, problem)+"\nTake it out of the DDL, or change manage and ignore.")
	}
	return diags
}

// changesProtoBundle reports whether proto descriptors go with a statement.
func changesProtoBundle(statement string) bool {
	words := strings.Fields(statement)
	return len(words) > 2 && (strings.EqualFold(words[0], "CREATE") || strings.EqualFold(words[0], "ALTER")) &&
		strings.EqualFold(words[1], "PROTO") && strings.HasPrefix(strings.ToUpper(words[2]), "BUNDLE")
}

// missingDescriptors is the error of a proto bundle that changes while the
// types are nowhere described.
func missingDescriptors(w wishes, steps []ddl.Step) (diags diag.Diagnostics) {
	if w.descriptors == nil && slices.ContainsFunc(textOf(steps), changesProtoBundle) {
		diags.AddAttributeError(descriptorsPath, "The proto bundle changes, and there are no proto descriptors",
			"Spanner takes the types of a proto bundle from descriptors that are sent with the statement. "+
				"Make the file with `protoc --include_imports --descriptor_set_out=FILE` and set proto_descriptors = filebase64(\"FILE\").")
	}
	return diags
}
