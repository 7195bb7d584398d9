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

// How long anything may take.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = 90 * time.Second // a fault may wait a minute
	idleTimeout   = 2 * time.Minute
	endTimeout    = 4 * time.Second // for calls under way when the server ends; then there is one for closing the storage
)

// maxHeader bounds the header of a request, its URL included, in bytes.
const maxHeader = 64 << 10

// serve listens, prints the line, and serves until the context ends.
func (a *app) serve(ctx context.Context, stdout io.Writer) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.cfg.addr)
	if err != nil {
		return err
	}
	scheme := "http"
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
		Handler: a.handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: log.New(io.Discard, "", 0), // TLS handshakes of strangers
	}
	server.RegisterOnShutdown(a.feeds.end)
	fmt.Fprintf(stdout, "listening on %s://%s\n", scheme, listener.Addr())
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.Background(), endTimeout)
	defer cancel()
	if err := server.Shutdown(ending); err != nil {
		return server.Close() // who is not done by now is cut off
	}
	return nil
}
