/* W.Interface: tables of methods and signals. */
#include "wpa_supplicant/dbus/if_i.h"

const struct bus_method wpas_dbus_if_methods[] = {
	{"Scan", "args:a{sv}", "", wpas_dbus_scan,
		"Scans. Keys: `Type` s `active` or `passive` (required), `SSIDs` aay (empty: the "
		"wildcard), "
		"`IEs` aay for probe requests, `Channels` a(uu) centre and width in MHz, "
		"`AllowRoam` b "
		"(false: the results lead to no connection), `NonColoc6GHz` b, `6GHzOnly` b. "
		"Refused while "
		"another scan or a connection attempt is under way: ScanError."},
	{"AbortScan", "", "", wpas_dbus_abort_scan, "Ends the scan under way; else ScanError."},
	{"SignalPoll", "", "args:a{sv}", wpas_dbus_signal_poll,
		"Strength and counters of the link, as a dictionary in a variant: `rssi` i dBm, "
		"`linkspeed` u Mbit/s, `noise` i (9999 unknown), `frequency` u, `width` s, "
		"`center-frq1` and `center-frq2` i, `avg-rssi` i, `rx-bytes` t, `tx-bytes` t, "
		"`rx-packets` u, `tx-packets` u, `inactive-time` u ms, `retries` u, "
		"`retries-failed` u, `beacons` t, `beacon-losses` u, `expected-throughput` u, "
		"`rx-drop-misc` u, `rx-mcs` `tx-mcs` `rx-vht-mcs` `tx-vht-mcs` `rx-he-mcs` "
		"`tx-he-mcs` `rx-nss` `tx-nss` u, `linkrxspeed` and `linktxspeed` u kbit/s, "
		"`avg-beacon-rssi` i, where known."},
	{"Disconnect", "", "", wpas_dbus_disconnect,
		"Leaves the network, until Reassociate, Reconnect or a choice."},
	{"Reassociate", "", "", wpas_dbus_reassociate, "Connects anew."},
	{"Reattach", "", "", wpas_dbus_reattach, "Associates again with the same BSS."},
	{"Reconnect", "", "", wpas_dbus_reconnect, "Connects after Disconnect."},
	{"Roam", "addr:s", "", wpas_dbus_roam, "Moves to another BSS of the network."},
	{"AddNetwork", "args:a{sv}", "path:o", wpas_dbus_add_network,
		"Adds a network, disabled. The keys are those of the configuration file; values "
		"are s "
		"(quoted where the file has quotes), i, u or ay."},
	{"RemoveNetwork", "path:o", "", wpas_dbus_remove_network, "Forgets a network."},
	{"RemoveAllNetworks", "", "", wpas_dbus_remove_all_networks, "Forgets them all."},
	{"SelectNetwork", "path:o", "", wpas_dbus_select_network,
		"Connects to this network and disables the others."},
	{"NetworkReply", "path:o field:s value:s", "", wpas_dbus_network_reply,
		"Answers NetworkRequest."},
	{"AddBlob", "name:s data:ay", "", wpas_dbus_add_blob, "Stores a blob."},
	{"GetBlob", "name:s", "data:ay", wpas_dbus_get_blob, "Reads a blob."},
	{"RemoveBlob", "name:s", "", wpas_dbus_remove_blob, "Forgets a blob."},
	{"SetPKCS11EngineAndModulePath", "pkcs11_engine_path:s pkcs11_module_path:s", "",
		wpas_dbus_set_pkcs11, "Engine and module of smart cards; empty: none."},
	{"FlushBSS", "age:u", "", wpas_dbus_flush_bss,
		"Drops BSSs that were not seen for these seconds; 0: all but the current one."},
	{"SubscribeProbeReq", "", "", wpas_dbus_subscribe_probes,
		"AP mode: ProbeRequest signals go to this client, one at a time."},
	{"UnsubscribeProbeReq", "", "", wpas_dbus_unsubscribe_probes, "No more of them."},
	{"EAPLogoff", "", "", wpas_dbus_logoff, "802.1X logoff."},
	{"EAPLogon", "", "", wpas_dbus_logon, "802.1X logon."},
	{"AutoScan", "arg:s", "", wpas_dbus_autoscan,
		"Plan of scans while not connected, as the key autoscan; empty: none."},
	{"VendorElemAdd", "frame_id:i ielems:ay", "", wpas_dbus_elem_add,
		"Adds elements to a kind of frame: 13 association requests, 14 probe requests."},
	{"VendorElemGet", "frame_id:i", "ielems:ay", wpas_dbus_elem_get, "Elements added."},
	{"VendorElemRem", "frame_id:i ielems:ay", "", wpas_dbus_elem_remove,
		"Takes elements out again; `*`: all."},
	{"SaveConfig", "", "", wpas_dbus_save_config, "Writes the configuration file."}, {0}};

const struct bus_signal wpas_dbus_if_signals[] = {
	{"ScanDone", "success:b", "A scan ended; its results are in the BSS objects.", false},
	{"BSSAdded", "path:o properties:a{sv}", "A BSS was found.", false},
	{"BSSRemoved", "path:o", "A BSS is gone, and so is its object.", false},
	{"BlobAdded", "name:s", "A blob was stored.", false},
	{"BlobRemoved", "name:s", "A blob was removed.", false},
	{"NetworkAdded", "path:o properties:a{sv}", "A network was added.", false},
	{"NetworkRemoved", "path:o", "A network was removed; its object is gone.", false},
	{"NetworkSelected", "path:o", "This network was selected.", false},
	{"PropertiesChanged", "properties:a{sv}", "Deprecated form.", false},
	{"NetworkRequest", "path:o field:s text:s",
		"The network needs a secret; NetworkReply gives it.", false},
	{"EAP", "status:s parameter:s", "Progress of EAP, as CTRL-EVENT-EAP-STATUS.", false},
	{"ProbeRequest", "args:a{sv}",
		"AP mode, to the subscriber: `addr` `dst` `bssid` `ies` ay, `signal` i.", false},
	{"StaAuthorized", "name:s", "AP mode: a station may send data; its address.", false},
	{"StaDeauthorized", "name:s", "AP mode: a station may not send data any more.", false},
	{"StationAdded", "path:o properties:a{sv}", "AP mode: a station came.", false},
	{"StationRemoved", "path:o", "AP mode: a station left; its object is gone.", false},
	{"PskMismatch", "", "The 4-way handshake failed: the passphrase is wrong, most likely.",
		true},
	{0}};
