package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/discovery"
)

// printCoverage tells of every method of every API how it is served: by code of
// its own, by its shape, or with 501. What the methods were read from comes
// first, then a summary by API.
func printCoverage(to io.Writer) error {
	server, err := api.New(api.Options{})
	if err != nil {
		return err
	}
	methods, err := server.Coverage()
	if err != nil {
		return err
	}
	type count struct {
		name   string
		served map[api.Coverage]int
	}
	var counts []count
	for _, m := range methods {
		if len(counts) == 0 || counts[len(counts)-1].name != m.Service {
			counts = append(counts, count{m.Service, map[api.Coverage]int{}})
		}
		counts[len(counts)-1].served[m.Served]++
	}
	// Which methods there are depends on the version of the documents.
	fmt.Fprintf(to, "Documents from %s\n\n", strings.Join(strings.Split(strings.TrimSpace(discovery.Source()), "\n"), ", "))
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "API\thooks\tby shape\t501")
	for _, c := range counts {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\n", c.name, c.served[api.ByHook], c.served[api.ByShape], c.served[api.NotServed])
	}
	fmt.Fprintln(table)
	// A flush ends the columns: the methods' long names do not widen the summary.
	if err := table.Flush(); err != nil {
		return err
	}
	for _, m := range methods {
		fmt.Fprintf(table, "%s\t%s\n", m.Method, m.Served)
	}
	return table.Flush()
}
