package api

import (
	"encoding/binary"
	"net/netip"
	"strings"
)

// reservedRange is the range of an address that was reserved in the project of
// a network.
func (s *Server) reservedRange(network, name string) (address string, prefix int) {
	_, path, _ := strings.Cut(network, "projects/")
	project, _, _ := strings.Cut(path, "/")
	r := s.store.get("compute", "projects/"+s.projectID(project)+"/global/addresses/"+name)
	if r == nil || text(r.data, "address") == "" {
		return "10.0.0.0", 16
	}
	bits, ok := r.data["prefixLength"].(float64)
	if !ok {
		return text(r.data, "address"), 16
	}
	return text(r.data, "address"), int(bits)
}

// addressIn gives out an address of a range; none comes twice in a row.
func (s *Server) addressIn(start string, prefix int) string {
	first, err := netip.ParseAddr(start)
	if err != nil || !first.Is4() || prefix < 1 || prefix > 29 {
		return start
	}
	s.idSequence++
	bytes := first.As4()
	hosts := uint64(1)<<(32-prefix) - 3 // not the network, its gateway and its broadcast address
	binary.BigEndian.PutUint32(bytes[:], binary.BigEndian.Uint32(bytes[:])+2+uint32(s.idSequence%hosts))
	return netip.AddrFrom4(bytes).String()
}
