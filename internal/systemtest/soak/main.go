package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"
)

func main() {
	total := time.Hour
	if os.Getenv("CI") == "true" {
		total = time.Minute
	}
	p := plan{}
	flag.DurationVar(&p.total, "for", total, "how long all rounds take together")
	flag.DurationVar(&p.round, "round", 0, "how long a round takes at most; 0 is a 24th of all, from one second to twenty")
	flag.IntVar(&p.clients, "clients", 8, "callers at a time")
	flag.Uint64Var(&p.seed, "seed", uint64(time.Now().UnixNano()), "of what is random in the load and the faults")
	stores := flag.String("stores", "memory,sqlite,postgres", "which storages")
	flag.Parse()
	p.stores = strings.Split(*stores, ",")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	r, err := p.run(ctx, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(2)
	}
	if !r.print(os.Stdout) {
		os.Exit(1)
	}
}
