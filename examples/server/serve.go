package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// serve listens at the address a.cfg.addr, prints a line such as "listening on
// http://127.0.0.1:8080" to stdout, and serves requests until ctx ends. It limits the number of
// connections and refuses requests for the names of other hosts. If a.cfg.tls is set, serve uses
// HTTPS with a new self-signed certificate (selfSigned).
//
// After ctx has ended, serve waits up to limits.end for the running requests, and closes the
// connections that are left. Then it returns nil, or the error of closing them. Other errors: those
// of listening and of selfSigned; the error of a server that fails before ctx ends.
func (a *app) serve(ctx context.Context, stdout io.Writer) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.cfg.addr)
	if err != nil {
		return err
	}
	address, limits, scheme := listener.Addr(), a.cfg.limits, "http"
	capped := capListener(listener, limits.connections)
	listener = capped
	handler := newSiteCheck(address, a.cfg.addr, a.cfg.hosts, a.handler)
	if a.cfg.tls {
		scheme = "https"
		certificate, err := selfSigned(a.cfg.tlsCert, time.Now())
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		listener = tls.NewListener(listener, &tls.Config{
			Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2", "http/1.1"}, MinVersion: tls.VersionTLS12,
		})
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: limits.header, ReadTimeout: limits.read, WriteTimeout: limits.write,
		IdleTimeout: limits.idle, MaxHeaderBytes: maxHeader, HTTP2: &http.HTTP2Config{MaxConcurrentStreams: maxStreams},
		ConnState: capped.state, ErrorLog: log.New(io.Discard, "", 0), // TLS handshakes of strangers
	}
	server.RegisterOnShutdown(a.feeds.end)
	fmt.Fprintf(stdout, "listening on %s://%s\n", scheme, address)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.Background(), limits.end)
	defer cancel()
	if err := server.Shutdown(ending); err != nil {
		return server.Close() // who is not done by now is cut off
	}
	return nil
}
