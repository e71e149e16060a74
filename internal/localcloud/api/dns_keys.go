package api

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"
)

// dnsKeys are the keys that a signed zone has: derived from its number, so that
// they stay the same without being kept. Their tags and digests are right.
func dnsKeys(zone *resource) []map[string]any {
	security := member(zone.data, "dnssecConfig")
	if state := text(security, "state"); state != "on" && state != "transfer" {
		return nil
	}
	var out []map[string]any
	for i, each := range items(security, "defaultKeySpecs") {
		spec, _ := each.(map[string]any)
		length, ok := spec["keyLength"].(float64)
		if !ok {
			length = 2048
		}
		algorithm, flags := text(spec, "algorithm"), uint16(256)
		size := int(length) / 8
		if strings.HasPrefix(algorithm, "ecdsap") {
			size = map[string]int{"ecdsap256sha256": 64, "ecdsap384sha384": 96}[algorithm]
		}
		if spec["keyType"] == "keySigning" {
			flags = 257
		}
		public := derivedBytes(fmt.Sprintf("%v %d", zone.data["id"], i), size)
		if !strings.HasPrefix(algorithm, "ecdsap") {
			public = append([]byte{3, 1, 0, 1}, public...) // the exponent goes ahead
		}
		number := map[string]byte{"rsasha1": 5, "rsasha256": 8, "rsasha512": 10, "ecdsap256sha256": 13, "ecdsap384sha384": 14}[algorithm]
		data := append(binary.BigEndian.AppendUint16(nil, flags), 3, number)
		data = append(data, public...)
		key := map[string]any{"kind": "dns#dnsKey", "id": fmt.Sprint(i), "algorithm": algorithm, "type": spec["keyType"], "isActive": true, "keyTag": float64(keyTag(data)),
			"creationTime": zone.data["creationTime"], "publicKey": base64.StdEncoding.EncodeToString(public)}
		if ok {
			key["keyLength"] = length
		}
		if flags == 257 {
			signed := append(wireName(text(zone.data, "dnsName")), data...)
			key["digests"] = []any{
				map[string]any{"type": "sha256", "digest": fmt.Sprintf("%X", sha256.Sum256(signed))},
				map[string]any{"type": "sha384", "digest": fmt.Sprintf("%X", sha512.Sum384(signed))},
			}
		}
		out = append(out, key)
	}
	return out
}

// derivedBytes makes as many bytes as wanted from a name.
func derivedBytes(name string, size int) []byte {
	var out []byte
	for i := 0; len(out) < size; i++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", name, i))
		out = append(out, sum[:]...)
	}
	return out[:size]
}

// keyTag is the short number by which a DS record names its key.
func keyTag(data []byte) int {
	sum := 0
	for i, b := range data {
		if i%2 == 0 {
			sum += int(b) << 8
		} else {
			sum += int(b)
		}
	}
	return (sum + sum>>16) & 0xffff
}

// wireName is a name as DNS sends it.
func wireName(name string) []byte {
	var out []byte
	for label := range strings.SplitSeq(strings.TrimSuffix(name, "."), ".") {
		out = append(out, byte(len(label)))
		out = append(out, label...)
	}
	return append(out, 0)
}

func listDNSKeys(k *call) (map[string]any, *apiError) {
	zone, err := k.zone()
	if err != nil {
		return nil, err
	}
	var found []listed
	for _, key := range dnsKeys(zone) {
		found = append(found, listed{text(key, "id"), key})
	}
	answer, err := k.listAnswer(k.s.kindAt("dns", "projects/{}/managedZones/{}/dnsKeys/{}"), found)
	if err == nil {
		answer["kind"] = "dns#dnsKeysListResponse"
	}
	return answer, err
}

func getDNSKey(k *call) (map[string]any, *apiError) {
	zone, err := k.zone()
	if err != nil {
		return nil, err
	}
	for _, key := range dnsKeys(zone) {
		if key["id"] == k.args["dnsKeyId"] {
			return key, nil
		}
	}
	return nil, &apiError{code: http.StatusNotFound, reason: "notFound", message: "The 'parameters.dnsKeyId' resource named '" + k.args["dnsKeyId"] + "' does not exist."}
}
