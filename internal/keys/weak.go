package keys

import (
	"crypto/rsa"
	"fmt"
	"math/big"
	"slices"
)

const (
	publicExponent = 65537 // the one of CA/Browser Forum BR 6.1.6 that everybody uses
	smallestPrimes = 752   // primes below it must not divide a modulus: BR 6.1.6
	fermatRounds   = 110   // finds factors that are too near each other: BR 6.1.1.3
)

// uploadBits are the sizes taken: those that AWS KMS has, so that a key can move
// there. Beyond 4096 bits a signature takes longer than the rest of a launch
// together.
var uploadBits = []int{2048, 3072, 4096}

// weakness tells why a public key must not be used, or nil. What the public
// half shows is enough for anybody to compute the private one.
//
// Keys from Debian's broken generator of 2006 to 2008 are not looked for: the
// lists of them are larger than this program.
func weakness(pub *rsa.PublicKey) *fault {
	anew := notRSA().remedy
	switch {
	case !slices.Contains(uploadBits, pub.N.BitLen()):
		return &fault{fmt.Sprintf("has a key of %d bits", pub.N.BitLen()), "use RSA with 2048, 3072 or 4096 bits; " + anew}
	case pub.E != publicExponent:
		return &fault{fmt.Sprintf("has a key with the public exponent %d instead of %d", pub.E, publicExponent), anew}
	case hasSmallFactor(pub.N):
		return &fault{"has a broken key: a small number divides its modulus", anew}
	case isROCA(pub.N):
		return &fault{"has a weak key, made by an Infineon chip (ROCA, CVE-2017-15361)", anew}
	case hasCloseFactors(pub.N):
		return &fault{"has a weak key: its two primes are too near each other", anew}
	}
	return nil
}

func hasSmallFactor(n *big.Int) bool {
	product := big.NewInt(1)
	for p := int64(2); p < smallestPrimes; p++ {
		if big.NewInt(p).ProbablyPrime(0) { // exact below 2^64
			product.Mul(product, big.NewInt(p))
		}
	}
	return new(big.Int).GCD(nil, nil, n, product).Cmp(big.NewInt(1)) != 0
}

// isROCA tells the moduli of Infineon's broken generator: modulo each of some small
// primes they are in a subgroup that few other numbers are in, whose order is given
// beside the prime. Nemec and others, The Return of Coppersmith's Attack, CCS 2017,
// 2.3.
func isROCA(n *big.Int) bool {
	one := big.NewInt(1)
	for _, group := range [...]struct{ order, prime int64 }{
		{2, 11}, {6, 13}, {8, 17}, {9, 19}, {3, 37}, {26, 53}, {20, 61}, {35, 71}, {24, 73},
		{13, 79}, {6, 97}, {51, 103}, {53, 107}, {54, 109}, {42, 127}, {50, 151}, {78, 157},
	} {
		power := new(big.Int).Exp(n, big.NewInt(group.order), big.NewInt(group.prime))
		if power.Cmp(one) != 0 {
			return false
		}
	}
	return true
}

// hasCloseFactors is Fermat's method: n = a² - b² with a just above the root of
// n when the factors, a-b and a+b, are close.
func hasCloseFactors(n *big.Int) bool {
	a := new(big.Int).Sqrt(n)
	if new(big.Int).Mul(a, a).Cmp(n) < 0 {
		a.Add(a, big.NewInt(1))
	}
	for range fermatRounds {
		bb := new(big.Int).Mul(a, a)
		bb.Sub(bb, n)
		b := new(big.Int).Sqrt(bb)
		if b.Mul(b, b).Cmp(bb) == 0 {
			return true
		}
		a.Add(a, big.NewInt(1))
	}
	return false
}
