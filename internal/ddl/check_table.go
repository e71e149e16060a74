package ddl

import "strings"

// TableOf is the table, by its name in the database, whose rows a statement of
// the request's plan reads or fills; empty when the database holds no such
// table yet.
func (req Request) TableOf(s Step) string {
	for _, object := range s.Objects {
		for _, r := range req.Renames {
			if strings.EqualFold(r.To, object) && req.Live.relation(strings.ToLower(object)) == nil {
				object = r.From
			}
		}
		if o := req.Live.relation(strings.ToLower(object)); o != nil && o.table != nil {
			return o.name.String()
		}
	}
	return ""
}
