/* Numbers of the kernel's interface that older linux/nl80211.h lack, and those of the vendor
 * interface for key management (OUI of Qualcomm Atheros). */
#ifndef DRIVERS_NL80211_IDS_I_H
#define DRIVERS_NL80211_IDS_I_H

/* Bits of NL80211_ATTR_EXT_FEATURES. */
enum nlx_ext_feature {
	NLX_FEATURE_OWE_OFFLOAD = 65,
};

/* The PMK of PSK AKMs, in CONNECT and START_AP. */
#define PSK_PMK_LEN 32u

#define QCA_OUI 0x001374u

enum qca_subcmd {
	QCA_ROAMING = 9,
	QCA_KEY_MGMT_SET_KEY = 50,
	QCA_KEY_MGMT_ROAM_AUTH = 51,
	QCA_GET_FEATURES = 55,
};

enum qca_roaming_attr {
	QCA_ROAMING_POLICY = 5, /* u32 */
};
enum qca_roaming_policy {
	QCA_ROAMING_NOT_ALLOWED = 0,
	QCA_ROAMING_WITHIN_ESS = 1,
};

enum qca_features_attr {
	QCA_FEATURES_FLAGS = 7, /* octets, bit n = octet n/8, bit n%8 */
	QCA_FEATURES_ATTR_MAX = QCA_FEATURES_FLAGS,
};
enum qca_feature {
	QCA_FEATURE_KEY_MGMT_OFFLOAD = 0,
};

enum qca_roam_auth_attr {
	QCA_ROAM_BSSID = 1,
	QCA_ROAM_REQ_IE = 2,
	QCA_ROAM_RESP_IE = 3,
	QCA_ROAM_AUTHORIZED = 4, /* u8 */
	QCA_ROAM_REPLAY_CTR = 5, /* as in EAPOL-Key frames */
	QCA_ROAM_PTK_KCK = 6,
	QCA_ROAM_PTK_KEK = 7,
	QCA_ROAM_PMK = 11,
	QCA_ROAM_PMKID = 12,
	QCA_ROAM_REASON = 14, /* u16 */
	QCA_ROAM_ATTR_MAX = QCA_ROAM_REASON,
};

#endif
