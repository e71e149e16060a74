package api

import (
	"fmt"
	"strings"
)

// registerDashboards: the document checks every name in a dashboard; that tiles
// fit their grid it does not say.
func registerDashboards(h *hooks) {
	h.check["monitoring dashboards"] = checkDashboard
}

const maxColumns = 48

func checkDashboard(_ *call, r, _ *resource) *apiError {
	if text(r.data, "displayName") == "" {
		return errArgument("Field dashboard.displayName had an invalid value: it is missing.")
	}
	var layouts []string
	for name, inner := range r.data {
		if strings.HasSuffix(name, "Layout") && inner != nil {
			layouts = append(layouts, name)
		}
	}
	if len(layouts) != 1 {
		return errArgument("Field dashboard had an invalid value: exactly one layout must be set, not %d.", len(layouts))
	}
	columns, has := memberAt(r.data, layouts[0])["columns"].(float64)
	mosaic := memberAt(r.data, "mosaicLayout")
	if !has || len(mosaic) == 0 {
		return nil
	}
	if columns < 1 || columns > maxColumns {
		return errArgument("Field dashboard.mosaicLayout.columns had an invalid value of \"%v\": must be between 1 and %d.", columns, maxColumns)
	}
	return checkTiles(listOfObjects(mosaic["tiles"]), columns)
}

// checkTiles refuses tiles that leave the grid or cover each other.
func checkTiles(tiles []map[string]any, columns float64) *apiError {
	size := func(tile map[string]any, name string) float64 {
		n, _ := tile[name].(float64)
		return n
	}
	for i, tile := range tiles {
		at := fmt.Sprintf("dashboard.mosaicLayout.tiles[%d]", i)
		x, y, w, h := size(tile, "xPos"), size(tile, "yPos"), size(tile, "width"), size(tile, "height")
		switch {
		case w < 1 || h < 1:
			return errArgument("Field %s had an invalid value: width and height must be at least 1.", at)
		case x < 0 || y < 0 || x+w > columns:
			return errArgument("Field %s had an invalid value: the tile reaches beyond the %v columns of the layout.", at, columns)
		}
		for j, other := range tiles[:i] {
			ox, oy := size(other, "xPos"), size(other, "yPos")
			if x < ox+size(other, "width") && ox < x+w && y < oy+size(other, "height") && oy < y+h {
				return errArgument("Field %s had an invalid value: the tile overlaps with tiles[%d].", at, j)
			}
		}
	}
	return nil
}
