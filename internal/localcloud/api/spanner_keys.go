package api

import (
	"regexp"
	"slices"
	"strings"
)

var cryptoKeyPath = regexp.MustCompile(`^projects/([^/]+)/locations/([^/]+)/keyRings/[^/]+/cryptoKeys/[^/]+$`)

// checkDatabaseKeys refuses keys that do not fit the instance of a database.
func (k *call) checkDatabaseKeys(instance *resource, encryption map[string]any) *apiError {
	if len(encryption) == 0 {
		return nil
	}
	config := k.s.store.get("spanner", text(instance.data, "config"))
	if config == nil {
		return errPrecondition("Instance config " + text(instance.data, "config") + " is gone.")
	}
	return k.checkKeys(config, text(encryption, "kmsKeyName"), textsOf(encryption, "kmsKeyNames"))
}

// checkKeys refuses keys that are not one per region of a configuration's
// replicas, witnesses too, and keys that Spanner may not use.
func (k *call) checkKeys(config *resource, name string, names []string) *apiError {
	regions := replicaRegions(config.data)
	switch {
	case name != "" && len(names) > 0:
		return errArgument("Of kms_key_name and kms_key_names only one can be set.")
	case name == "" && len(names) == 0:
		return errArgument("The encryption_config must have kms_key_name or kms_key_names.")
	case name != "" && len(regions) > 1:
		return errArgument("Instance config %s has replicas in %s: kms_key_names must hold a key of each region, kms_key_name is for one.",
			config.path, strings.Join(regions, ", "))
	case name != "":
		names = []string{name}
	}
	var have []string
	for _, key := range names {
		m := cryptoKeyPath.FindStringSubmatch(key)
		if m == nil {
			return errArgument("Invalid Cloud KMS key: %q.", key)
		}
		region := m[2]
		if slices.Contains(have, region) {
			return errArgument("There are two Cloud KMS keys of region %s.", region)
		}
		if !slices.Contains(regions, region) {
			return errArgument("Cloud KMS key %s is in %s, where instance config %s has no replica: keys must be in %s.", key, region, config.path, strings.Join(regions, ", "))
		}
		have = append(have, region)
		if err := k.checkUsable(key); err != nil {
			return err
		}
	}
	for _, region := range regions {
		if !slices.Contains(have, region) {
			return errArgument("There is no Cloud KMS key of region %s, where instance config %s has a replica.", region, config.path)
		}
	}
	return nil
}

// checkUsable refuses a key that does not exist or that Spanner's service agent
// may not use.
func (k *call) checkUsable(path string) *apiError {
	ref, known := k.s.readReference(k, path)
	key := k.s.store.get("cloudkms", ref.path)
	if !known || key == nil {
		return errPrecondition("Cloud KMS Key provided is not usable: CryptoKey " + path + " not found.")
	}
	if purpose := text(key.data, "purpose"); purpose != "" && purpose != "ENCRYPT_DECRYPT" {
		return errPrecondition("Cloud KMS Key provided is not usable: CryptoKey " + path + " has purpose " + purpose + ".")
	}
	agent := "serviceAccount:service-" + k.project.number + "@gcp-sa-spanner.iam.gserviceaccount.com"
	holders := []*resource{key}
	if owner := k.s.projects[strings.Split(key.path, "/")[1]]; owner != nil {
		holders = append(holders, k.s.store.get("cloudkms", strings.Split(key.path, "/cryptoKeys/")[0]), k.s.projectResource(owner))
	}
	for _, holder := range holders {
		if holder != nil && holder.grants("roles/cloudkms.cryptoKeyEncrypterDecrypter", agent) {
			return nil
		}
	}
	return errPrecondition("Cloud KMS Key provided is not usable: " + agent + " is denied 'cloudkms.cryptoKeyVersions.useToEncrypt' on " + path +
		": it needs roles/cloudkms.cryptoKeyEncrypterDecrypter.")
}

// encryptionInfo is what Spanner says of data encrypted with keys: the versions
// in use.
func encryptionInfo(encryption map[string]any) []any {
	names := textsOf(encryption, "kmsKeyNames")
	if name := text(encryption, "kmsKeyName"); name != "" {
		names = append(names, name)
	}
	var out []any
	for _, name := range names {
		out = append(out, map[string]any{"encryptionType": "CUSTOMER_MANAGED_ENCRYPTION", "kmsKeyVersion": name + "/cryptoKeyVersions/1"})
	}
	return out
}
