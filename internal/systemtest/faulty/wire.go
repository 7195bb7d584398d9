package faulty

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
)

// Wire is a proxy at 127.0.0.1 between clients and a server. Its connections can be cut.
type Wire struct {
	listener net.Listener
	network  string // and the address of the server there
	address  string
	cuts     atomic.Int64

	mu     sync.Mutex
	closed bool
	open   map[net.Conn]bool // both ends of each connection
	all    sync.WaitGroup
}

// NewWire starts a proxy to the server at address. network and address are as in net.Dial. Clients
// connect to the proxy at 127.0.0.1 and the port that Port returns. NewWire does not connect to the
// server itself. The caller must call Close, which ends the proxy. Errors: those of net.Listen.
func NewWire(network, address string) (*Wire, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w := &Wire{listener: l, network: network, address: address, open: map[net.Conn]bool{}}
	w.all.Go(w.serve)
	return w, nil
}

// Port returns the port of the proxy.
func (w *Wire) Port() int { return w.listener.Addr().(*net.TCPAddr).Port }

// Cuts returns the number of connections that were cut.
func (w *Wire) Cuts() int { return int(w.cuts.Load()) }

// Cut closes all connections between clients and the server at once, even while they transmit. It
// adds their number to Cuts. The proxy still accepts new connections.
func (w *Wire) Cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cuts.Add(int64(len(w.open) / 2))
	for c := range w.open {
		_ = c.Close()
	}
	clear(w.open) // who carried them may notice after the next cut
}

// Close closes the listener and all connections, and waits until all goroutines of the proxy have
// ended. The proxy accepts no connections after that.
func (w *Wire) Close() {
	_ = w.listener.Close()
	w.mu.Lock()
	w.closed = true
	for c := range w.open {
		_ = c.Close()
	}
	w.mu.Unlock()
	w.all.Wait()
}

func (w *Wire) serve() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		w.all.Go(func() { w.carry(client) })
	}
}

// carry connects to the server and copies bytes between client and the server in both directions,
// until one of the two connections is closed. It then closes both connections. If the server cannot
// be reached, or if the proxy is closed, carry copies nothing and closes client.
func (w *Wire) carry(client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial(w.network, w.address)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	w.mu.Lock()
	closed := w.closed
	if !closed {
		w.open[client], w.open[server] = true, true
	}
	w.mu.Unlock()
	if closed {
		return
	}
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{client, server}, {server, client}} {
		both.Go(func() {
			_, _ = io.Copy(way[1], way[0])
			_ = way[0].Close()
			_ = way[1].Close()
		})
	}
	both.Wait()
	w.mu.Lock()
	delete(w.open, client)
	delete(w.open, server)
	w.mu.Unlock()
}
