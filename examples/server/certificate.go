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

// certificateLife is the validity of the certificate. Each start makes a new one.
const certificateLife = 30 * 24 * time.Hour

// selfSigned returns a new self-signed certificate with its private key for localhost, 127.0.0.1
// and ::1. The certificate is valid from an hour before now until certificateLife after now. If
// path is not "", selfSigned also writes the certificate, without the private key, as PEM to the
// file path. A client such as curl --cacert can read this file to trust the server. Errors: those
// of making the certificate and of writing the file.
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
