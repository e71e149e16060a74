package api

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"hash/crc32"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// registerKeys: a key is made with its first version, versions have states that
// verbs change, and nothing of it is ever gone.
func registerKeys(h *hooks) {
	const keys = "cloudkms.projects.locations.keyRings.cryptoKeys."
	h.check["cloudkms cryptoKeys"] = checkCryptoKey
	h.check["cloudkms cryptoKeyVersions"] = checkKeyVersion
	h.made["cloudkms cryptoKeys"] = makeFirstKeyVersion
	h.show["cloudkms cryptoKeys"] = showCryptoKey
	h.methods[keys+"delete"] = keepsKeyRings
	h.methods[keys+"cryptoKeyVersions.create"] = createKeyVersion
	h.methods[keys+"cryptoKeyVersions.destroy"] = destroyKeyVersion
	h.methods[keys+"cryptoKeyVersions.restore"] = restoreKeyVersion
	h.methods[keys+"cryptoKeyVersions.getPublicKey"] = getPublicKey
	h.methods[keys+"updatePrimaryVersion"] = updatePrimaryVersion
}

// keepsKeyRings: what has ever held key material stays.
func keepsKeyRings(k *call) (map[string]any, *apiError) {
	r, err := k.find(k.path)
	if err != nil {
		return nil, err
	}
	return nil, errPrecondition("The resource '" + r.path + "' cannot be deleted: it holds or has held key versions.")
}

// algorithms are what keys of a purpose can be made for; a purpose that is not
// here takes what its algorithms' names begin with.
var algorithms = map[string][]string{
	"ENCRYPT_DECRYPT":    {"GOOGLE_SYMMETRIC_ENCRYPTION", "EXTERNAL_SYMMETRIC_ENCRYPTION"},
	"ASYMMETRIC_SIGN":    {"RSA_SIGN_", "EC_SIGN_", "PQ_SIGN_"},
	"ASYMMETRIC_DECRYPT": {"RSA_DECRYPT_"},
	"MAC":                {"HMAC_"},
}

func checkCryptoKey(_ *call, r, before *resource) *apiError {
	if before != nil {
		for _, fixed := range []string{"purpose", "destroyScheduledDuration", "importOnly"} {
			if jsonText(r.data[fixed]) != jsonText(before.data[fixed]) {
				return errArgument("CryptoKey.%s cannot be changed", fixed)
			}
		}
	}
	purpose := text(r.data, "purpose")
	if purpose == "" {
		return errRequired("cryptoKey.purpose")
	}
	template := member(r.data, "versionTemplate")
	if template == nil {
		template = map[string]any{}
		r.data["versionTemplate"] = template
	}
	if text(template, "protectionLevel") == "" {
		template["protectionLevel"] = "SOFTWARE"
	}
	algorithm := text(template, "algorithm")
	if algorithm == "" {
		if purpose != "ENCRYPT_DECRYPT" {
			return errArgument("CryptoKeys of purpose %s need a versionTemplate with an algorithm", purpose)
		}
		algorithm = "GOOGLE_SYMMETRIC_ENCRYPTION"
		template["algorithm"] = algorithm
	}
	if !fitsPurpose(algorithm, purpose) {
		return errArgument("The algorithm %s cannot be used by CryptoKeys of purpose %s", algorithm, purpose)
	}
	if r.data["destroyScheduledDuration"] == nil {
		r.data["destroyScheduledDuration"] = "2592000s"
	}
	if period := text(r.data, "rotationPeriod"); period != "" {
		length, err := time.ParseDuration(period)
		if purpose != "ENCRYPT_DECRYPT" {
			return errArgument("CryptoKeys of purpose %s cannot be rotated automatically: rotation_period", purpose)
		}
		if err != nil || length < 24*time.Hour {
			return errArgument("rotation_period must be at least 24 hours, not %s", period)
		}
		if r.data["nextRotationTime"] == nil {
			return errArgument("next_rotation_time must be set together with rotation_period")
		}
	}
	if before != nil {
		delete(r.data, "primary") // shown from the versions
	}
	return nil
}

func fitsPurpose(algorithm, purpose string) bool {
	prefixes := algorithms[purpose]
	for _, prefix := range prefixes {
		if strings.HasPrefix(algorithm, prefix) {
			return true
		}
	}
	return len(prefixes) == 0
}

func makeFirstKeyVersion(s *Server, r *resource) {
	r.extra = map[string]any{"versions": 0}
	if r.data["importOnly"] == true {
		return
	}
	first := s.addKeyVersion(r)
	if text(r.data, "purpose") == "ENCRYPT_DECRYPT" {
		r.extra["primary"] = first.path
	}
}

// addKeyVersion makes the next version of a key.
func (s *Server) addKeyVersion(key *resource) *resource {
	number, _ := key.extra["versions"].(int)
	number++
	key.extra["versions"] = number
	template := member(key.data, "versionTemplate")
	now := s.timestamp("cloudkms")
	v := &resource{kind: s.kindAt("cloudkms", "projects/{}/locations/{}/keyRings/{}/cryptoKeys/{}/cryptoKeyVersions/{}"), service: "cloudkms",
		path: key.path + "/cryptoKeyVersions/" + strconv.Itoa(number)}
	v.data = map[string]any{"name": v.path, "state": "ENABLED", "createTime": now, "generateTime": now,
		"algorithm": template["algorithm"], "protectionLevel": template["protectionLevel"]}
	s.store.put(v)
	return v
}

func showCryptoKey(s *Server, r *resource) map[string]any {
	shown := jsonCopy(r.data)
	if primary, ok := r.extra["primary"].(string); ok {
		if v := s.store.get("cloudkms", primary); v != nil {
			shown["primary"] = jsonCopy(v.data)
		}
	}
	return shown
}

func createKeyVersion(k *call) (map[string]any, *apiError) {
	key, err := k.find(parentPath(k.path))
	if err != nil {
		return nil, err
	}
	return k.s.addKeyVersion(key).data, nil
}

// checkKeyVersion lets a patch switch a version on and off.
func checkKeyVersion(_ *call, r, before *resource) *apiError {
	was, is := text(before.data, "state"), text(r.data, "state")
	if was != is && (was != "ENABLED" && was != "DISABLED" || is != "ENABLED" && is != "DISABLED") {
		return errPrecondition("A CryptoKeyVersion in state " + was + " cannot become " + is + ".")
	}
	return nil
}

func destroyKeyVersion(k *call) (map[string]any, *apiError) {
	v, err := k.find(k.path)
	if err != nil {
		return nil, err
	}
	if state := text(v.data, "state"); state != "ENABLED" && state != "DISABLED" {
		return nil, errPrecondition("The CryptoKeyVersion " + v.path + " is " + state + ", it cannot be destroyed.")
	}
	key := k.s.store.above(v)
	wait, parseErr := time.ParseDuration(text(key.data, "destroyScheduledDuration"))
	if parseErr != nil {
		wait = 30 * 24 * time.Hour
	}
	v.data["state"], v.data["destroyTime"] = "DESTROY_SCHEDULED", k.s.options.Now().Add(wait).UTC().Format(time.RFC3339)
	return v.data, nil
}

func restoreKeyVersion(k *call) (map[string]any, *apiError) {
	v, err := k.find(k.path)
	if err != nil {
		return nil, err
	}
	if text(v.data, "state") != "DESTROY_SCHEDULED" {
		return nil, errPrecondition("The CryptoKeyVersion " + v.path + " is not scheduled for destruction.")
	}
	v.data["state"] = "DISABLED"
	delete(v.data, "destroyTime")
	return v.data, nil
}

func updatePrimaryVersion(k *call) (map[string]any, *apiError) {
	key, err := k.find(k.path)
	if err != nil {
		return nil, err
	}
	if text(key.data, "purpose") != "ENCRYPT_DECRYPT" {
		return nil, errPrecondition("CryptoKeys of purpose " + text(key.data, "purpose") + " have no primary version.")
	}
	v, err := k.find(key.path + "/cryptoKeyVersions/" + text(k.body, "cryptoKeyVersionId"))
	if err != nil {
		return nil, err
	}
	if text(v.data, "state") != "ENABLED" {
		return nil, errPrecondition("The CryptoKeyVersion " + v.path + " is not enabled.")
	}
	key.extra["primary"] = v.path
	return key.show(k), nil
}

// getPublicKey derives the key from the version's name, so that it stays the
// same without being kept.
func getPublicKey(k *call) (map[string]any, *apiError) {
	v, err := k.find(parentPath(k.path))
	if err != nil {
		return nil, err
	}
	if text(v.data, "state") != "ENABLED" {
		return nil, errPrecondition("The CryptoKeyVersion " + v.path + " is not enabled.")
	}
	algorithm := text(v.data, "algorithm")
	if !strings.Contains(algorithm, "_SIGN_") && !strings.HasPrefix(algorithm, "RSA_DECRYPT_") {
		return nil, errPrecondition("CryptoKeyVersions of algorithm " + algorithm + " have no public key.")
	}
	public, keyErr := derivedKey(algorithm, v.path)
	if keyErr != nil {
		return nil, &apiError{code: http.StatusInternalServerError, reason: "backendError", message: keyErr.Error()}
	}
	if public == nil {
		return nil, errNotServed("public keys of algorithm " + algorithm)
	}
	der, keyErr := x509.MarshalPKIXPublicKey(public)
	if keyErr != nil {
		return nil, &apiError{code: http.StatusInternalServerError, reason: "backendError", message: keyErr.Error()}
	}
	written := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	return map[string]any{"name": v.path, "pem": string(written), "algorithm": algorithm, "protectionLevel": v.data["protectionLevel"],
		"publicKeyFormat": "PEM", "pemCrc32c": fmt.Sprint(crc32.Checksum(written, crc32.MakeTable(crc32.Castagnoli)))}, nil
}

// derivedKey is nil for algorithms that no key can be derived for.
func derivedKey(algorithm, name string) (any, error) {
	short, long := sha256.Sum256([]byte(name)), sha512.Sum384([]byte(name))
	switch algorithm {
	case "EC_SIGN_P256_SHA256":
		private, err := ecdh.P256().NewPrivateKey(short[:])
		if err != nil {
			return nil, err
		}
		return private.PublicKey(), nil
	case "EC_SIGN_P384_SHA384":
		private, err := ecdh.P384().NewPrivateKey(long[:])
		if err != nil {
			return nil, err
		}
		return private.PublicKey(), nil
	case "EC_SIGN_ED25519":
		return ed25519.NewKeyFromSeed(short[:]).Public(), nil
	}
	return nil, nil
}
