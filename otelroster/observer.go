package otelroster

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/ca74b63c/roster"
)

// scope is the name of the instrumentation.
const scope = "github.com/ca74b63c/roster/otelroster"

// bounds are the buckets of the histogram in seconds: those that the conventions advise for calls
// of a database, and three finer ones, because an operation in memory takes microseconds.
var bounds = []float64{1e-5, 1e-4, 5e-4, 1e-3, 5e-3, 1e-2, 5e-2, 0.1, 0.5, 1, 5, 10}

// ages are the buckets of the age of changes in seconds, from a delivery that is up to date to one
// whose receiver was away for a day.
var ages = []float64{0.01, 0.1, 1, 5, 15, 60, 300, 1800, 7200, 28800, 86400}

// Option changes a default of New.
type Option func(*config)

type config struct {
	tracers trace.TracerProvider
	meters  metric.MeterProvider
}

// WithTracerProvider makes the observer take its tracer from p. Nil changes nothing.
func WithTracerProvider(p trace.TracerProvider) Option {
	return func(c *config) {
		if p != nil {
			c.tracers = p
		}
	}
}

// WithMeterProvider makes the observer take its meter from p. Nil changes nothing.
func WithMeterProvider(p metric.MeterProvider) Option {
	return func(c *config) {
		if p != nil {
			c.meters = p
		}
	}
}

// New returns an observer that reports each operation as a span and in metrics. Without options it
// uses the global tracer provider and the global meter provider. Nil options are ignored.
//
// Errors: those of the meter if it cannot create an instrument.
func New(opts ...Option) (roster.Observer, error) {
	c := config{otel.GetTracerProvider(), otel.GetMeterProvider()}
	for _, opt := range opts {
		if opt != nil {
			opt(&c)
		}
	}
	meter := c.meters.Meter(scope, metric.WithSchemaURL(semconv.SchemaURL))
	duration, err := meter.Float64Histogram("roster.operation.duration",
		metric.WithUnit("s"), metric.WithDescription("Duration of operations."),
		metric.WithExplicitBucketBoundaries(bounds...))
	failures, err2 := meter.Int64Counter("roster.operation.errors",
		metric.WithUnit("{error}"), metric.WithDescription("Operations that did not succeed, by code."))
	age, err3 := meter.Float64Histogram("roster.delivery.age",
		metric.WithUnit("s"), metric.WithDescription("Time from a change to an attempt to deliver it."),
		metric.WithExplicitBucketBoundaries(ages...))
	if err := errors.Join(err, err2, err3); err != nil {
		return nil, err
	}
	return &observer{c.tracers.Tracer(scope, trace.WithSchemaURL(semconv.SchemaURL)), duration, failures, age}, nil
}

type observer struct {
	tracer   trace.Tracer
	duration metric.Float64Histogram
	failures metric.Int64Counter
	age      metric.Float64Histogram
}

// Start starts the span of the operation.
func (o *observer) Start(ctx context.Context, op roster.Operation) context.Context {
	ctx, _ = o.tracer.Start(ctx, "roster."+op.Name, trace.WithAttributes(
		attribute.String("roster.operation", op.Name),
		attribute.String("roster.account", string(op.Account)),
		attribute.String("roster.actor.kind", op.Actor.Kind().String()),
	))
	return ctx
}

// End ends the span in ctx and sets the attributes of the operation on it: the name, the details,
// and the code unless it is CodeOK. The status of the span becomes an error only if the HTTP status
// of the code is 500 or more. End records the duration in seconds, adds one to the errors unless
// the code is CodeOK, and records the age in seconds of a change that the operation tried to
// deliver.
func (o *observer) End(ctx context.Context, done roster.Observation) {
	attrs := []attribute.KeyValue{attribute.String("roster.operation", done.Name)}
	if done.Code != roster.CodeOK {
		attrs = append(attrs, semconv.ErrorTypeKey.String(done.Code.String()))
	}
	set := metric.WithAttributeSet(attribute.NewSet(attrs...))
	o.duration.Record(ctx, done.Duration.Seconds(), set)
	if done.Code != roster.CodeOK {
		o.failures.Add(ctx, 1, set)
	}
	if done.Delivery.Attempt > 0 {
		o.age.Record(ctx, done.Delivery.Age.Seconds(), set)
	}

	span := trace.SpanFromContext(ctx)
	if span.IsRecording() {
		span.SetAttributes(append(attrs, details(done)...)...)
		if done.Code.HTTPStatus() >= 500 {
			span.SetStatus(codes.Error, done.Code.String())
		}
	}
	span.End()
}

// details returns the attributes that End adds to a span: always the number of attempts, and where
// they are set, the ids of the actor and of the targets, the dry run, the rule, and the state of a
// delivery.
func details(done roster.Observation) []attribute.KeyValue {
	attrs := []attribute.KeyValue{attribute.Int("roster.attempts", done.Attempts)}
	if id := done.Actor.UserID(); id != 0 {
		attrs = append(attrs, attribute.Int64("roster.actor.id", int64(id)))
	}
	if done.TargetCount > 0 {
		ids := make([]int64, len(done.Targets))
		for i, id := range done.Targets {
			ids[i] = int64(id)
		}
		attrs = append(attrs,
			attribute.Int64Slice("roster.target.ids", ids), attribute.Int("roster.target.count", done.TargetCount))
	}
	if done.DryRun {
		attrs = append(attrs, attribute.Bool("roster.dry_run", true))
	}
	if done.Rule != "" {
		attrs = append(attrs, attribute.String("roster.rule", done.Rule))
	}
	if d := done.Delivery; d.Name != "" {
		attrs = append(attrs,
			attribute.String("roster.delivery.name", d.Name), attribute.Int64("roster.delivery.behind", int64(d.Behind)))
		if d.Attempt > 0 {
			attrs = append(attrs,
				attribute.Int64("roster.delivery.revision", int64(d.Change.Revision)),
				attribute.Int("roster.delivery.attempt", d.Attempt))
		}
		if d.Dead {
			attrs = append(attrs, attribute.Bool("roster.delivery.dead", true))
		}
	}
	return attrs
}
