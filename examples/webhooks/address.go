package webhooks

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"syscall"
)

// ErrAddress is returned for an address that is not public.
var ErrAddress = errors.New("webhooks: the address is not public")

// prefixes returns the networks that list contains in CIDR form, such as "10.0.0.0/8", in the same
// order. It panics if a text is not a network.
func prefixes(list ...string) []netip.Prefix {
	parsed := make([]netip.Prefix, len(list))
	for i, text := range list {
		parsed[i] = netip.MustParsePrefix(text)
	}
	return parsed
}

// reserved are the networks that the IANA registries of special-purpose addresses call not globally
// reachable, and those that lead to an IPv4 address inside of them. Of IPv6 only 2000::/3 is
// public.
var reserved = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"224.0.0.0/3", // multicast, reserved, broadcast

	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

// global is the network of public IPv6 addresses.
var global = netip.MustParsePrefix("2000::/3")

// translated is the network whose last 4 bytes are an IPv4 address (RFC 6052).
var translated = netip.MustParsePrefix("64:ff9b::/96")

// public reports whether the IP address a belongs to the public internet. For an IPv6 address that
// contains an IPv4 address (IPv4-mapped, or in 64:ff9b::/96), public checks the IPv4 address. It
// returns false for:
//   - an address in one of the networks in reserved, such as a private or loopback address
//   - any other IPv6 address that has a zone or is outside of 2000::/3
//   - the zero Addr
func public(a netip.Addr) bool {
	a = a.Unmap()
	if translated.Contains(a) {
		last := a.As16()
		a = netip.AddrFrom4([4]byte(last[12:]))
	}
	if a.Is6() && !global.Contains(a) || a.Zone() != "" {
		return false
	}
	for _, p := range reserved {
		if p.Contains(a) {
			return false
		}
	}
	return a.IsValid()
}

// onlyPublic returns an error if address, an IP address with a port, is not public, and nil
// otherwise. It is the ControlContext of a net.Dialer, so an error prevents the connection. The
// dialer calls onlyPublic for each address after it has resolved the name, so a name cannot resolve
// to one address for the check and to another one for the connection. Errors: ErrAddress.
func onlyPublic(_ context.Context, _, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !public(to.Addr()) {
		return fmt.Errorf("%w: %s", ErrAddress, address)
	}
	return nil
}
