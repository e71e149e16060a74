package googlereplica

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// fields are an object's or a map's values; none if it is null or unknown.
func fields(v tftypes.Value) map[string]tftypes.Value {
	var held map[string]tftypes.Value
	if !isOf(v, tftypes.Object{}, tftypes.Map{}) || v.As(&held) != nil {
		return nil
	}
	return held
}

// elements are a list's or a set's values; none if it is null or unknown.
func elements(v tftypes.Value) []tftypes.Value {
	var held []tftypes.Value
	if !isOf(v, tftypes.List{}, tftypes.Set{}) || v.As(&held) != nil {
		return nil
	}
	return held
}

// isOf tells whether a value is there and of one of the kinds. It is asked
// first, because an error of the library's is costly: it spells the types.
func isOf(v tftypes.Value, kinds ...tftypes.Type) bool {
	return v.Type() != nil && !v.IsNull() && v.IsKnown() && slices.ContainsFunc(kinds, v.Type().Is)
}

// text is a string's content, empty if it is null or unknown.
func text(v tftypes.Value) string {
	var held string
	if !isOf(v, tftypes.String) || v.As(&held) != nil {
		return ""
	}
	return held
}

// isTrue tells a bool that is true from all else.
func isTrue(v tftypes.Value) bool {
	var held bool
	return isOf(v, tftypes.Bool) && v.As(&held) == nil && held
}

func unknown(t tftypes.Type) tftypes.Value { return tftypes.NewValue(t, tftypes.UnknownValue) }

func null(t tftypes.Type) tftypes.Value { return tftypes.NewValue(t, nil) }

// decode reads what the core sent; a null object where it sent nothing.
func decode(sent *tfprotov5.DynamicValue, t tftypes.Type) (tftypes.Value, error) {
	if sent == nil || (len(sent.MsgPack) == 0 && len(sent.JSON) == 0) {
		return null(t), nil
	}
	return sent.Unmarshal(t)
}

// encode makes what the core reads.
func encode(v tftypes.Value) (*tfprotov5.DynamicValue, error) {
	encoded, err := tfprotov5.NewDynamicValue(v.Type(), v)
	return &encoded, err
}
