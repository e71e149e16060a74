package alerttest

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
)

// Dashboard is what is read of a dashboard's JSON.
type Dashboard struct {
	DisplayName  string `json:"displayName"`
	MosaicLayout struct {
		Columns int    `json:"columns"`
		Tiles   []Tile `json:"tiles"`
	} `json:"mosaicLayout"`
}

// Tile is a place in a dashboard and what is shown there. Zero is left out.
type Tile struct {
	X      int `json:"xPos"`
	Y      int `json:"yPos"`
	Width  int `json:"width"`
	Height int `json:"height"`
	Widget struct {
		Title         string `json:"title"`
		SectionHeader *struct {
			Subtitle string `json:"subtitle"`
		} `json:"sectionHeader"`
		XYChart *struct {
			YAxis struct {
				Label string `json:"label"`
			} `json:"yAxis"`
			Thresholds []struct {
				Value float64 `json:"value"`
			} `json:"thresholds"`
			DataSets []struct {
				LegendTemplate  string `json:"legendTemplate"`
				TimeSeriesQuery struct {
					PrometheusQuery string `json:"prometheusQuery"`
				} `json:"timeSeriesQuery"`
			} `json:"dataSets"`
		} `json:"xyChart"`
	} `json:"widget"`
}

const (
	// unit is the side of the mosaic's grid, in pixels.
	unit   = 26
	margin = 16
	// shownLegends is how many of a panel's series are named.
	shownLegends = 5
)

// Picture draws where a dashboard has what: rows, tiles, units, thresholds and
// legends, as SVG. There is no data in it.
func Picture(dashboard string) ([]byte, error) {
	var read Dashboard
	if err := json.Unmarshal([]byte(dashboard), &read); err != nil {
		return nil, err
	}
	width := read.MosaicLayout.Columns*unit + 2*margin
	height := 0
	for _, tile := range read.MosaicLayout.Tiles {
		height = max(height, (tile.Y+tile.Height)*unit)
	}
	height += 2*margin + 2*unit
	var svg bytes.Buffer
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="sans-serif">`+"\n", width, height, width, height)
	fmt.Fprintf(&svg, `<rect width="%d" height="%d" fill="#f1f3f4"/>`+"\n", width, height)
	text(&svg, margin, margin+unit, 24, "#202124", read.DisplayName)
	for _, tile := range read.MosaicLayout.Tiles {
		x, y := margin+tile.X*unit, margin+2*unit+tile.Y*unit
		if header := tile.Widget.SectionHeader; header != nil {
			text(&svg, x, y+unit*2, 22, "#1a73e8", tile.Widget.Title)
			text(&svg, x, y+unit*3, 15, "#5f6368", header.Subtitle)
			continue
		}
		draw(&svg, tile, x, y)
	}
	svg.WriteString("</svg>\n")
	return svg.Bytes(), nil
}

// draw draws a chart's tile.
func draw(svg *bytes.Buffer, tile Tile, x, y int) {
	w, h := tile.Width*unit-8, tile.Height*unit-8
	fmt.Fprintf(svg, `<g class="tile"><rect x="%d" y="%d" width="%d" height="%d" rx="6" fill="#fff" stroke="#dadce0"/>`+"\n", x+4, y+4, w, h)
	text(svg, x+16, y+32, 17, "#202124", tile.Widget.Title)
	chart := tile.Widget.XYChart
	if chart == nil {
		svg.WriteString("</g>\n")
		return
	}
	top, bottom := y+64, y+tile.Height*unit-unit*(min(len(chart.DataSets), shownLegends)+1)
	text(svg, x+16, y+54, 13, "#5f6368", chart.YAxis.Label)
	fmt.Fprintf(svg, `<path d="M%d %d V%d H%d" fill="none" stroke="#9aa0a6"/>`+"\n", x+16, top, bottom, x+w-8)
	for i, threshold := range chart.Thresholds {
		line := bottom - (bottom-top)*(i+1)/(len(chart.Thresholds)+1)
		fmt.Fprintf(svg, `<path d="M%d %d H%d" stroke="#d93025" stroke-dasharray="6 4"/>`+"\n", x+16, line, x+w-8)
		text(svg, x+22, line-6, 13, "#d93025", fmt.Sprintf("%.4g", threshold.Value))
	}
	for i, set := range chart.DataSets {
		at := bottom + unit*(i+1) - 4
		if i == shownLegends-1 && len(chart.DataSets) > shownLegends {
			text(svg, x+34, at, 13, "#5f6368", fmt.Sprintf("and %d more", len(chart.DataSets)-i))
			break
		}
		fmt.Fprintf(svg, `<rect x="%d" y="%d" width="12" height="12" fill="%s"/>`+"\n", x+16, at-11, colours[i%len(colours)])
		text(svg, x+34, at, 13, "#3c4043", strings.NewReplacer("${labels.metric.", "<", "}", ">").Replace(set.LegendTemplate))
	}
	svg.WriteString("</g>\n")
}

var colours = []string{"#1a73e8", "#e8710a", "#188038", "#9334e6", "#d01884", "#12b5cb", "#b06000"}

func text(svg *bytes.Buffer, x, y, size int, colour, words string) {
	fmt.Fprintf(svg, `<text x="%d" y="%d" font-size="%d" fill="%s">`, x, y, size, colour)
	// Writing to a buffer does not fail.
	_ = xml.EscapeText(svg, []byte(words))
	svg.WriteString("</text>\n")
}
