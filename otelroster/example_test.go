package otelroster_test

import (
	"context"
	"fmt"
	"os"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/otelroster"
	"github.com/ca74b63c/roster/user"
)

func Example() {
	if err := traced(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	// Output:
	// roster.CreateAccount
	// roster.Get error.type=not_found
}

func traced(ctx context.Context) error {
	exporter := tracetest.NewInMemoryExporter() // a server exports to its collector
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter))
	observer, err := otelroster.New(otelroster.WithTracerProvider(provider))
	if err != nil {
		return err
	}
	directory := roster.New(memstore.New(), roster.WithObserver(observer))
	host := directory.As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(ctx, user.Account{Currency: "USD"}); err != nil {
		return err
	}
	if _, err := host.Get(ctx, 7); roster.CodeOf(err) != roster.CodeNotFound {
		return err
	}
	for _, span := range exporter.GetSpans() {
		fmt.Print(span.Name)
		for _, a := range span.Attributes {
			if a.Key == "error.type" {
				fmt.Print(" error.type=", a.Value.AsString())
			}
		}
		fmt.Println()
	}
	return nil
}
