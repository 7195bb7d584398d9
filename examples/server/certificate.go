package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"time"
)

// certificateLife is how long a certificate is good: it is made anew at each start.
const certificateLife = 30 * 24 * time.Hour

// selfSigned makes a certificate for localhost, 127.0.0.1 and ::1, and writes it to the path, if
// there is one, for clients to trust: curl --cacert, NODE_EXTRA_CA_CERTS. The private key is in
// memory only.
func selfSigned(path string, now time.Time) (tls.Certificate, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "roster example server"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(certificateLife), // an hour for clocks that are behind
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		IsCA: true, BasicConstraintsValid: true, // it is its own issuer
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		return tls.Certificate{}, err
	}
	if path != "" {
		if err := writePrivate(path, []byte(pemText("CERTIFICATE", der))); err != nil {
			return tls.Certificate{}, fmt.Errorf("-tls-cert: %w", err)
		}
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}, nil
}
