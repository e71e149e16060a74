package ledgerregion

import "strings"

// markPrefix begins the description of every backend that this provider owns.
const markPrefix = "proveniq:"

// owner is a region of a ledger.
type owner struct {
	ledger, region string
}

// String is the resource's id.
func (o owner) String() string { return o.ledger + "/" + o.region }

// mark is the description of the owner's backends in the service of a class.
func (o owner) mark(class string) string { return markPrefix + o.String() + "/" + class }

// owns says whether a backend's description is a mark of o, and of which class.
func (o owner) owns(description string) (class string, ok bool) {
	by, class, ok := parseMark(description)
	return class, ok && by == o
}

// parseMark takes a mark apart. A description that is no mark is not ok.
func parseMark(description string) (by owner, class string, ok bool) {
	rest, ok := strings.CutPrefix(description, markPrefix)
	if !ok {
		return owner{}, "", false
	}
	parts := strings.Split(rest, "/")
	if len(parts) != 3 || parts[0] == "" || parts[1] == "" || parts[2] == "" {
		return owner{}, "", false
	}
	return owner{ledger: parts[0], region: parts[1]}, parts[2], true
}
