package otelroster_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/trace"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestDelivery checks the spans and the metric of a delivery, and that a handler runs in the span
// of its attempt.
func TestDelivery(t *testing.T) {
	d, ctx := newDesk(t, memstore.New()), context.Background()
	host := d.As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		t.Fatal(err)
	}
	if _, err := host.UpdateAccount(ctx, user.Account{Currency: "EUR"}); err != nil {
		t.Fatal(err)
	}
	d.spans.Reset()
	n := 0
	err := roster.Deliver(ctx, host, "hook", func(ctx context.Context, _ storage.Change) error {
		if !trace.SpanFromContext(ctx).IsRecording() {
			t.Error("no span")
		}
		if n++; n == 1 {
			return errors.New("away")
		}
		return roster.ErrStopDelivery
	}, roster.DeliverOptions{Attempts: 1})
	if !errors.Is(err, roster.ErrStopDelivery) {
		t.Fatal(err)
	}
	const key = "roster.account=acme,roster.actor.kind=system,roster.attempts="
	want := []string{
		"roster.Deliver internal Unset " + key + "1,roster.delivery.behind=2,roster.delivery.name=hook,roster.operation=Deliver,roster.rule=system",
		"roster.Deliver internal Error error.type=internal," + key + "1,roster.delivery.attempt=1,roster.delivery.behind=1," +
			"roster.delivery.dead=true,roster.delivery.name=hook,roster.delivery.revision=1,roster.operation=Deliver",
		"roster.Deliver internal Error error.type=internal," + key + "0,roster.delivery.attempt=1,roster.delivery.behind=0," +
			"roster.delivery.name=hook,roster.delivery.revision=2,roster.operation=Deliver",
	}
	if diff := cmp.Diff(want, d.lines()); diff != "" {
		t.Error(diff)
	}
	var got metricdata.ResourceMetrics
	if err := d.metrics.Collect(ctx, &got); err != nil {
		t.Fatal(err)
	}
	for _, m := range got.ScopeMetrics[0].Metrics {
		if m.Name != "roster.delivery.age" {
			continue
		}
		points := m.Data.(metricdata.Histogram[float64]).DataPoints
		if len(points) != 1 || points[0].Count != 2 || points[0].Sum < 2 || strings.Contains(points[0].Attributes.Encoded(attribute.DefaultEncoder()), "hook") {
			t.Errorf("%+v", points)
		}
		return
	}
	t.Error("no metric roster.delivery.age")
}
