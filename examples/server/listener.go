package main

import (
	"container/list"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
)

// cappedListener limits the number of connections. For another connection it closes the one that
// has been without a request for the longest time. If all connections have a request, the new one
// waits.
type cappedListener struct {
	net.Listener
	places chan struct{}
	closed chan struct{}
	once   sync.Once

	mu     sync.Mutex
	idle   list.List // of net.Conn without a request, in the order in which that began
	at     map[net.Conn]*list.Element
	wanted bool // Accept waits, and no connection was idle
}

func capListener(l net.Listener, most int) *cappedListener {
	return &cappedListener{
		Listener: l, places: make(chan struct{}, most), closed: make(chan struct{}), at: map[net.Conn]*list.Element{},
	}
}

// Accept implements net.Listener. It waits for a new connection and returns it. If the limit of
// connections is reached, Accept calls makePlace to close an idle connection, and waits until a
// connection is closed. The returned connection counts toward the limit until its Close. Errors:
// net.ErrClosed if the listener is closed during this second wait, and the new connection is then
// closed; those of the inner listener.
func (l *cappedListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	select {
	case l.places <- struct{}{}:
	default:
		l.makePlace()
		select {
		case l.places <- struct{}{}:
		case <-l.closed:
			_ = conn.Close()
			return nil, net.ErrClosed
		}
	}
	return &cappedConn{Conn: conn, free: sync.OnceFunc(func() { <-l.places })}, nil
}

// Close also ends an Accept that waits for the limit.
func (l *cappedListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// makePlace closes the connection that has been in the list of idle connections for the longest
// time. A new connection without a request is in this list too. If the list is empty, makePlace
// does not wait: the method state later closes the next connection that becomes idle.
func (l *cappedListener) makePlace() {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := l.idle.Front()
	if l.wanted = first == nil; !l.wanted {
		closeNow(l.forget(first))
	}
}

// state is the ConnState hook of the HTTP server. It adds a new or idle connection to the list of
// idle connections, and removes a connection that is in any other state. If makePlace found the
// list empty, state closes the next connection that becomes idle and does not add it.
func (l *cappedListener) state(conn net.Conn, state http.ConnState) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.at[conn]; e != nil {
		l.forget(e)
	}
	switch {
	case state != http.StateNew && state != http.StateIdle:
	case l.wanted && state == http.StateIdle:
		l.wanted = false
		closeNow(conn)
	default:
		l.at[conn] = l.idle.PushBack(conn)
	}
}

func (l *cappedListener) forget(e *list.Element) net.Conn {
	conn := l.idle.Remove(e).(net.Conn)
	delete(l.at, conn)
	return conn
}

// closeNow closes a connection without the close message of TLS, which could wait for the client.
func closeNow(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	_ = conn.Close()
}

// cappedConn is a connection that frees its place when it is closed.
type cappedConn struct {
	net.Conn
	free func()
}

func (c *cappedConn) Close() error {
	defer c.free()
	return c.Conn.Close()
}
