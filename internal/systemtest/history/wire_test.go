package history

import (
	"io"
	"net"
	"sync"
	"testing"
)

// wire is a proxy at 127.0.0.1 between clients and a server. Its connections can be cut.
type wire struct {
	listener net.Listener
	network  string // and the address of the server there
	address  string

	mu     sync.Mutex
	closed bool
	cuts   int
	open   map[net.Conn]bool // both ends of each connection
	all    sync.WaitGroup
}

// newWire starts a proxy to the server at address. network and address are as in net.Dial. The
// proxy ends at the end of the test. newWire fails the test if the proxy cannot listen.
func newWire(t *testing.T, network, address string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: l, network: network, address: address, open: map[net.Conn]bool{}}
	w.all.Go(w.serve)
	t.Cleanup(func() {
		_ = l.Close()
		w.mu.Lock()
		w.closed = true
		w.mu.Unlock()
		w.cut()
		w.all.Wait()
	})
	return w
}

// port returns the port of the proxy.
func (w *wire) port() uint16 { return uint16(w.listener.Addr().(*net.TCPAddr).Port) }

// cut closes all connections between clients and the server at once, even while they transmit. It
// adds their number to w.cuts. The proxy still accepts new connections.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cuts += len(w.open) / 2
	for c := range w.open {
		_ = c.Close()
	}
	clear(w.open) // their goroutines may notice only after the next cut
}

func (w *wire) serve() {
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
func (w *wire) carry(client net.Conn) {
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
