package otelroster_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/otelroster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// desk is a directory that reports to exporters of the test. Its clock moves one second with each
// reading.
type desk struct {
	*roster.Directory
	spans   *tracetest.InMemoryExporter
	metrics *metric.ManualReader
	tracer  trace.Tracer
}

func newDesk(t *testing.T, store storage.Storage) desk {
	t.Helper()
	d := desk{spans: tracetest.NewInMemoryExporter(), metrics: metric.NewManualReader()}
	traces := sdktrace.NewTracerProvider(sdktrace.WithSyncer(d.spans))
	d.tracer = traces.Tracer("test")
	observer, err := otelroster.New(
		otelroster.WithTracerProvider(traces),
		otelroster.WithMeterProvider(metric.NewMeterProvider(metric.WithReader(d.metrics))),
	)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	d.Directory = roster.New(store, roster.WithObserver(observer), roster.WithClock(func() time.Time {
		now = now.Add(time.Second)
		return now
	}))
	return d
}

// lines returns one line for each span that ended: name, status, attributes.
func (d desk) lines() (lines []string) {
	for _, s := range d.spans.GetSpans() {
		set := attribute.NewSet(s.Attributes...)
		lines = append(lines, fmt.Sprintf("%s %s %s %s", s.Name, s.SpanKind, s.Status.Code, set.Encoded(attribute.DefaultEncoder())))
	}
	return lines
}

type brokenStorage struct{ *memstore.Store }

func (brokenStorage) View(context.Context, user.AccountID, func(context.Context, storage.Reader) error) error {
	return fmt.Errorf("the disk of %s: %w", "ann", storage.ErrUnavailable)
}

func TestSpans(t *testing.T) {
	store := memstore.New()
	d, ctx := newDesk(t, store), context.Background()
	host := d.As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		t.Fatal(err)
	}
	ann, err := host.Create(ctx, roster.CreateParams{
		User:     user.User{Identity: user.Identity{Login: "ann"}, Access: user.Access{Granted: user.RolesOf(user.Agent)}},
		Password: roster.PasswordOf("correct horse battery"),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = d.As("acme", roster.UserActor(ann.User.ID)).CreateAccount(ctx, user.Account{Currency: "EUR"})
	_, _ = host.Delete(ctx, ann.User.ID, roster.DryRun())
	_, _ = host.Get(ctx, 99)
	_, _ = d.SignIn(ctx, "acme", "ann", roster.PasswordOf("wrong"))

	broken := newDesk(t, brokenStorage{store})
	_, _ = broken.As("acme", roster.SystemActor()).Get(ctx, 1)

	const key = "roster.account=acme,roster.actor.kind=system,roster.attempts="
	want := []string{
		"roster.CreateAccount internal Unset " + key + "1,roster.operation=CreateAccount,roster.rule=system",
		"roster.Create internal Unset " + key + "1,roster.operation=Create,roster.rule=system,roster.target.count=1,roster.target.ids=[1]",
		"roster.CreateAccount internal Unset error.type=denied,roster.account=acme,roster.actor.id=1,roster.actor.kind=user," +
			"roster.attempts=1,roster.operation=CreateAccount,roster.rule=no-permission",
		"roster.Delete internal Unset " + key + "1,roster.dry_run=true,roster.operation=Delete,roster.rule=system," +
			"roster.target.count=1,roster.target.ids=[1]",
		"roster.Get internal Unset error.type=not_found," + key + "1,roster.operation=Get,roster.target.count=1,roster.target.ids=[99]",
		"roster.SignIn internal Unset error.type=unauthenticated," + key + "1,roster.operation=SignIn,roster.target.count=1,roster.target.ids=[1]",
		"roster.Get internal Error error.type=unavailable," + key + "0,roster.operation=Get,roster.target.count=1,roster.target.ids=[1]",
	}
	if diff := cmp.Diff(want, append(d.lines(), broken.lines()...)); diff != "" {
		t.Error(diff)
	}
}

// The storage's calls run inside the span, and the span inside the caller's.
func TestSpanIsTheParentOfTheStoragesCalls(t *testing.T) {
	store := &tracedStorage{Store: memstore.New()}
	d := newDesk(t, store)
	ctx, outer := d.tracer.Start(context.Background(), "request")
	_, _ = d.As("acme", roster.SystemActor()).Get(ctx, 1)
	outer.End()
	spans := d.spans.GetSpans()
	if len(spans) != 2 || spans[0].Parent.SpanID() != outer.SpanContext().SpanID() {
		t.Fatalf("%+v", spans)
	}
	if store.seen.SpanID() != spans[0].SpanContext.SpanID() {
		t.Errorf("the storage ran in span %s, not %s", store.seen.SpanID(), spans[0].SpanContext.SpanID())
	}
}

// tracedStorage notes the span of its last View.
type tracedStorage struct {
	*memstore.Store
	seen trace.SpanContext
}

func (s *tracedStorage) View(ctx context.Context, id user.AccountID, fn func(context.Context, storage.Reader) error) error {
	s.seen = trace.SpanContextFromContext(ctx)
	return s.Store.View(ctx, id, fn)
}

func TestMetrics(t *testing.T) {
	d, ctx := newDesk(t, memstore.New()), context.Background()
	host := d.As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		_, _ = host.Get(ctx, 99)
	}
	var got metricdata.ResourceMetrics
	if err := d.metrics.Collect(ctx, &got); err != nil || len(got.ScopeMetrics) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	missing := attribute.NewSet(attribute.String("roster.operation", "Get"), attribute.String("error.type", "not_found"))
	created := attribute.NewSet(attribute.String("roster.operation", "CreateAccount"))
	want := map[string]metricdata.Metrics{
		"roster.operation.duration": {
			Name: "roster.operation.duration", Description: "Duration of operations.", Unit: "s",
			Data: metricdata.Histogram[float64]{Temporality: metricdata.CumulativeTemporality, DataPoints: []metricdata.HistogramDataPoint[float64]{
				point(created, 1, 2, 10), // the clock moves one second for the write, and one until the end
				point(missing, 3, 1, 9),
			}},
		},
		"roster.operation.errors": {
			Name: "roster.operation.errors", Description: "Operations that did not succeed, by code.", Unit: "{error}",
			Data: metricdata.Sum[int64]{Temporality: metricdata.CumulativeTemporality, IsMonotonic: true, DataPoints: []metricdata.DataPoint[int64]{
				{Attributes: missing, Value: 3},
			}},
		},
	}
	for _, m := range got.ScopeMetrics[0].Metrics {
		metricdatatest.AssertEqual(t, want[m.Name], m, metricdatatest.IgnoreTimestamp(), metricdatatest.IgnoreExemplars())
		delete(want, m.Name)
	}
	if len(want) > 0 {
		t.Errorf("no metric %v", want)
	}
}

// point is n operations of that many seconds each, in one bucket of the histogram.
func point(set attribute.Set, n uint64, seconds float64, bucket int) metricdata.HistogramDataPoint[float64] {
	bounds := []float64{1e-5, 1e-4, 5e-4, 1e-3, 5e-3, 1e-2, 5e-2, 0.1, 0.5, 1, 5, 10}
	p := metricdata.HistogramDataPoint[float64]{
		Attributes: set, Count: n, Sum: float64(n) * seconds, Bounds: bounds, BucketCounts: make([]uint64, len(bounds)+1),
		Min: metricdata.NewExtrema(seconds), Max: metricdata.NewExtrema(seconds),
	}
	p.BucketCounts[bucket] = n
	return p
}

// Without options the observer takes the global providers, and nil options change nothing.
func TestGlobalProviders(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans)))
	defer otel.SetTracerProvider(before)
	observer, err := otelroster.New(nil, otelroster.WithTracerProvider(nil), otelroster.WithMeterProvider(nil))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = roster.New(memstore.New(), roster.WithObserver(observer)).As("acme", roster.SystemActor()).Get(context.Background(), 1)
	if n := len(spans.GetSpans()); n != 1 || spans.GetSpans()[0].Status.Code != codes.Unset {
		t.Errorf("%d spans", n)
	}
}
