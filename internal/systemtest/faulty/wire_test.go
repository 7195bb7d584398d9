package faulty

import (
	"io"
	"net"
	"testing"
	"time"
)

// A wire carries both ways until it is cut, and then again.
func TestWire(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { // echoes
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(c, c); _ = c.Close() }()
		}
	}()
	defer func() { _ = l.Close() }()
	w, err := NewWire("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		c, err := net.DialTCP("tcp", nil, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: w.Port()})
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetDeadline(time.Now().Add(10 * time.Second))
		said := make([]byte, 5)
		if _, err = c.Write([]byte("hello")); err == nil {
			_, err = io.ReadFull(c, said)
		}
		if err != nil || string(said) != "hello" {
			t.Fatalf("connection %d: %q, %v", n, said, err)
		}
		if w.Cut(); w.Cuts() != n+1 {
			t.Errorf("%d cuts, want %d", w.Cuts(), n+1)
		}
		if _, err := c.Read(said); err == nil {
			t.Error("a connection that was cut goes on")
		}
		_ = c.Close()
	}
	w.Close()
	if c, err := net.Dial("tcp", w.listener.Addr().String()); err == nil {
		_ = c.Close()
		t.Error("a closed wire takes connections")
	}
}
