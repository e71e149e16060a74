package alerttest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
)

// History is recorded series, in the form in which Prometheus reads them.
type History struct {
	byName map[string][]storage.Series
	engine *promql.Engine
}

// beginning is the time of the first sample; any will do.
var beginning = time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)

// dense is how many minutes at the end have a sample each. Before that every
// tenth has one: only the longest windows reach there, and a rate is made of a
// window's first and last sample.
const dense = 8 * 60

// NewHistory takes what a ledger wrote.
func NewHistory(recording Recording) *History {
	history := &History{
		byName: map[string][]storage.Series{},
		engine: promql.NewEngine(promql.EngineOpts{
			MaxSamples: 50_000_000, Timeout: time.Minute, LookbackDelta: 5 * time.Minute, Parser: parser.NewParser(parser.Options{}),
		}),
	}
	for _, one := range recording {
		name := one.labels[nameLabel]
		var samples points
		for minute, value := range one.samples {
			if minute%10 == 0 || minute >= len(one.samples)-dense {
				samples = append(samples, point{beginning.Add(time.Duration(minute) * time.Minute).UnixMilli(), value})
			}
		}
		history.byName[name] = append(history.byName[name], &storage.SeriesEntry{
			Lset:             labels.FromMap(one.labels),
			SampleIteratorFn: func(chunkenc.Iterator) chunkenc.Iterator { return storage.NewListSeriesIterator(samples) },
		})
	}
	return history
}

// Firing gives the minutes after from at which an alert first fires, for
// whichever series, or false if it does not until a number of minutes later. As
// in Prometheus, a series fires once it was there at each evaluation for the
// alert's duration. What looks back for hours is evaluated every five minutes
// only: it moves slowly, and takes most of the time.
func (h *History) Firing(ctx context.Context, alert Alert, from, minutes int) (after int, fires bool, err error) {
	start := beginning.Add(time.Duration(from) * time.Minute)
	step := time.Minute
	if strings.Contains(alert.Expression, "[6h]") {
		step = 5 * time.Minute
	}
	query, err := h.engine.NewRangeQuery(ctx, h, nil, alert.Expression, start, start.Add(time.Duration(minutes)*time.Minute), step)
	if err != nil {
		return 0, false, err
	}
	defer query.Close()
	result := query.Exec(ctx)
	if result.Err != nil {
		return 0, false, result.Err
	}
	matrix, err := result.Matrix()
	if err != nil {
		return 0, false, err
	}
	if warnings, _ := result.Warnings.AsStrings(alert.Expression, 0, 0); len(warnings) > 0 {
		return 0, false, fmt.Errorf("the engine warns: %v", warnings)
	}
	after = minutes + 1
	for _, found := range matrix {
		var since, before int64 = -1, -1
		for _, point := range found.Floats {
			if since < 0 || point.T-before > step.Milliseconds() {
				since = point.T
			}
			before = point.T
			if point.T-since >= int64(alert.ForSeconds)*1000 {
				after = min(after, int((point.T-start.UnixMilli())/time.Minute.Milliseconds()))
				break
			}
		}
	}
	return after, after <= minutes, nil
}

// Querier serves the engine.
func (h *History) Querier(int64, int64) (storage.Querier, error) { return querier{h}, nil }

type querier struct{ history *History }

func (q querier) Select(_ context.Context, _ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	set := &seriesSet{at: -1}
	for _, matcher := range matchers {
		if matcher.Name != nameLabel {
			continue
		}
	candidates:
		for _, candidate := range q.history.byName[matcher.Value] {
			for _, matcher := range matchers {
				if !matcher.Matches(candidate.Labels().Get(matcher.Name)) {
					continue candidates
				}
			}
			set.series = append(set.series, candidate)
		}
	}
	return set
}

func (querier) LabelValues(context.Context, string, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

func (querier) LabelNames(context.Context, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

func (querier) Close() error { return nil }

type seriesSet struct {
	series []storage.Series
	at     int
}

func (s *seriesSet) Next() bool                        { s.at++; return s.at < len(s.series) }
func (s *seriesSet) At() storage.Series                { return s.series[s.at] }
func (s *seriesSet) Err() error                        { return nil }
func (s *seriesSet) Warnings() annotations.Annotations { return nil }

// points are the samples of a series, one a minute.
type points []point

func (p points) Get(i int) chunks.Sample { return &p[i] }
func (p points) Len() int                { return len(p) }

type point struct {
	time  int64
	value float64
}

func (p *point) T() int64                      { return p.time }
func (p *point) ST() int64                     { return 0 }
func (p *point) F() float64                    { return p.value }
func (p *point) H() *histogram.Histogram       { return nil }
func (p *point) FH() *histogram.FloatHistogram { return nil }
func (p *point) Type() chunkenc.ValueType      { return chunkenc.ValFloat }
func (p *point) Copy() chunks.Sample           { return &point{p.time, p.value} }
