package functions

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

// partsOf are the availabilities of the parts that are needed, in percent.
func partsOf(argument attr.Value) ([]float64, error) {
	value, err := plain(argument)
	if err != nil {
		return nil, err
	}
	named := map[string]any{}
	switch parts := value.(type) {
	case map[string]any:
		named = parts
	case []any:
		for i, part := range parts {
			named[fmt.Sprintf("parts[%d]", i)] = part
		}
	default:
		return nil, errors.New("parts must be an object, a map or a list")
	}
	var needed []float64
	for _, name := range slices.Sorted(maps.Keys(named)) {
		percent, err := partOf(named[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if named[name] != nil {
			needed = append(needed, percent)
		}
	}
	if len(needed) == 0 {
		return nil, errors.New("there is no part")
	}
	return needed, nil
}

func partOf(part any) (float64, error) {
	switch p := part.(type) {
	case nil:
		return 0, nil
	case float64:
		return topology.AllNeeded(p)
	case []any:
		var enough []float64
		for _, element := range p {
			percent, isNumber := element.(float64)
			if !isNumber {
				return 0, errors.New("of a list of which one is enough each must be a number")
			}
			enough = append(enough, percent)
		}
		if len(enough) == 0 {
			return 0, errors.New("the list of which one is enough is empty")
		}
		return topology.OneEnough(enough...)
	}
	return 0, errors.New("a part is a number or a list of numbers")
}
