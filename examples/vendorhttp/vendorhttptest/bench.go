package vendorhttptest

import (
	"net/http"
	"slices"
	"testing"
	"time"
)

// Discard is a ResponseWriter for benchmarks. It keeps the status and discards the body.
type Discard struct {
	Status int
	header http.Header
}

// NewDiscard returns a Discard without a status and a header.
func NewDiscard() *Discard { return &Discard{header: http.Header{}} }

// Header implements http.ResponseWriter.
func (d *Discard) Header() http.Header { return d.header }

// WriteHeader stores the status in d.Status.
func (d *Discard) WriteHeader(status int) { d.Status = status }

// Write discards p and returns its length.
func (d *Discard) Write(p []byte) (int, error) { return len(p), nil }

// Serve clears the header and serves r with h.
func (d *Discard) Serve(h http.Handler, r *http.Request) {
	clear(d.header)
	h.ServeHTTP(d, r)
}

// Ratio calls the functions ours and theirs in turn until the benchmark ends. It reports the median
// time of each in nanoseconds, and the median time of ours divided by that of theirs. It uses
// medians, because other work on the machine distorts a mean.
func Ratio(b *testing.B, ours, theirs func()) {
	b.Helper()
	var times [2][]time.Duration
	for b.Loop() {
		start := time.Now()
		ours()
		half := time.Now()
		theirs()
		times[0], times[1] = append(times[0], half.Sub(start)), append(times[1], time.Since(half))
	}
	var median [2]float64
	for i := range times {
		slices.Sort(times[i])
		median[i] = float64(times[i][len(times[i])/2].Nanoseconds())
	}
	b.ReportMetric(median[0], "ours-ns")
	b.ReportMetric(median[1], "theirs-ns")
	b.ReportMetric(median[0]/median[1], "ratio")
}
