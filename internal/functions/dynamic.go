package functions

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// errUnknown is the error of a value that is not known yet, in whole or in part.
var errUnknown = errors.New("not known yet")

// plain is a value in Go's own types: string, bool, float64, []any and
// map[string]any; null is nil.
func plain(value attr.Value) (any, error) {
	if value == nil || value.IsNull() {
		return nil, nil
	}
	if value.IsUnknown() {
		return nil, errUnknown
	}
	switch v := value.(type) {
	case types.Dynamic:
		return plain(v.UnderlyingValue())
	case types.String:
		return v.ValueString(), nil
	case types.Bool:
		return v.ValueBool(), nil
	case types.Number:
		return float(v.ValueBigFloat()), nil
	case types.Object:
		return plainMap(v.Attributes())
	case types.Map:
		return plainMap(v.Elements())
	case types.List:
		return plainList(v.Elements())
	case types.Set:
		return plainList(v.Elements())
	case types.Tuple:
		return plainList(v.Elements())
	}
	return nil, fmt.Errorf("a value of the type %T cannot be read", value)
}

func float(number *big.Float) float64 {
	nearest, _ := number.Float64()
	return nearest
}

func plainMap(elements map[string]attr.Value) (any, error) {
	all := map[string]any{}
	for name, element := range elements {
		value, err := plain(element)
		if err != nil {
			return nil, err
		}
		all[name] = value
	}
	return all, nil
}

func plainList(elements []attr.Value) (any, error) {
	all := []any{}
	for _, element := range elements {
		value, err := plain(element)
		if err != nil {
			return nil, err
		}
		all = append(all, value)
	}
	return all, nil
}

// fields are an object's, read by name. The first mistake stays in err, and
// what was never asked for is one.
type fields struct {
	at     string
	values map[string]any
	read   []string
	err    error
}

// fieldsOf reads a value that must be an object; at names it in errors.
func fieldsOf(at string, value any) *fields {
	object, isObject := value.(map[string]any)
	f := &fields{at: at, values: object}
	if !isObject {
		f.err = fmt.Errorf("%s must be an object", at)
	}
	return f
}

func (f *fields) fail(name, what string) {
	if f.err == nil {
		f.err = fmt.Errorf("%s.%s must be %s", f.at, name, what)
	}
}

func (f *fields) get(name string) any {
	f.read = append(f.read, name)
	return f.values[name]
}

func (f *fields) text(name string) string {
	value := f.get(name)
	text, isText := value.(string)
	if value != nil && !isText {
		f.fail(name, "a string")
	}
	return text
}

// number reads a number; without one it is otherwise.
func (f *fields) number(name string, otherwise float64) float64 {
	switch value := f.get(name).(type) {
	case nil:
		return otherwise
	case float64:
		return value
	}
	f.fail(name, "a number")
	return otherwise
}

// whole reads a whole number; without one it is otherwise.
func (f *fields) whole(name string, otherwise int) int {
	number := f.number(name, float64(otherwise))
	if number != math.Trunc(number) || math.Abs(number) > math.MaxInt32 {
		f.fail(name, "a whole number")
		return otherwise
	}
	return int(number)
}

func (f *fields) list(name string) []any {
	value := f.get(name)
	list, isList := value.([]any)
	if value != nil && !isList {
		f.fail(name, "a list")
	}
	return list
}

func (f *fields) texts(name string) []string {
	var all []string
	for i, element := range f.list(name) {
		text, isText := element.(string)
		if !isText || text == "" {
			f.fail(fmt.Sprintf("%s[%d]", name, i), "a string that is not empty")
		}
		all = append(all, text)
	}
	return all
}

// done is the first mistake, or a field that nobody knows.
func (f *fields) done() error {
	if f.err != nil {
		return f.err
	}
	for _, name := range slices.Sorted(maps.Keys(f.values)) {
		if !slices.Contains(f.read, name) {
			slices.Sort(f.read)
			return fmt.Errorf("%s.%s is not known; %s has %s", f.at, name, f.at, strings.Join(slices.Compact(f.read), ", "))
		}
	}
	return nil
}
