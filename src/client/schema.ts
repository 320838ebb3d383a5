// biome-ignore-all lint: generated
// biome-ignore-all format: generated
// Generated from the OpenAPI document by test/unit/client/schema.test.ts: EVENKEEL_WRITE_CLIENT=1 npx vitest run test/unit/client/schema.test.ts

export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is the process up? */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Can it serve? */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus metrics */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the sites
         * @description For admin, owner, provider, integrator, viewer.
         */
        get: operations["listSites"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The site as stored, defaults written out
         * @description For admin, owner, provider, integrator, viewer.
         */
        get: operations["getSite"];
        /**
         * Create or replace a site
         * @description In force, and stored for good, when the answer comes. For admin, owner, integrator.
         */
        put: operations["putSite"];
        post?: never;
        /**
         * Delete a site
         * @description For admin, owner.
         */
        delete: operations["deleteSite"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the temporary and recurring limits
         * @description For admin, owner, provider, integrator, viewer.
         */
        get: operations["listLimits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}/limits/{limitId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One limit
         * @description For admin, owner, provider, integrator, viewer.
         */
        get: operations["getLimit"];
        /**
         * Create or replace a limit
         * @description Never refused because failsafes do not fit: they are lowered for its time, and the warnings say where. For admin, owner, integrator.
         */
        put: operations["putLimit"];
        post?: never;
        /**
         * Delete a limit
         * @description For admin, owner, integrator.
         */
        delete: operations["deleteLimit"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}/limit-windows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * When which limits hold, over a span
         * @description For admin, owner, provider, integrator, viewer.
         */
        get: operations["listLimitWindows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}/grid-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the grid events
         * @description For admin, owner, provider, integrator, viewer.
         */
        get: operations["listGridEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}/grid-events/{eventId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One grid event
         * @description For admin, owner, provider, integrator, viewer.
         */
        get: operations["getGridEvent"];
        /**
         * Create or replace a grid event
         * @description All its limits at once, in place of those it had. An event that is cancelled takes its limits away. Never refused because failsafes do not fit. For admin, owner, provider.
         */
        put: operations["putGridEvent"];
        post?: never;
        /**
         * Delete a grid event and its limits
         * @description For admin, owner, provider.
         */
        delete: operations["deleteGridEvent"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}/sessions/{sessionId}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a session took when
         * @description By the quarter of an hour, as its station metered it. Also of one that is over, while it is among the site's last 1,000. For admin, owner, integrator, viewer.
         */
        get: operations["getSessionCourse"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Open and past sessions
         * @description For admin, owner, integrator, viewer.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}/sessions/{sessionId}/needs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * What the driver needs
         * @description For admin, owner, integrator.
         */
        put: operations["putNeeds"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}/sessions/{sessionId}/why": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why an open session gets what it gets: now, before, and as planned
         * @description For admin, owner, integrator, viewer.
         */
        get: operations["getSessionWhy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Circuits and stations as they are now
         * @description For admin, owner, integrator, viewer.
         */
        get: operations["getState"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is planned, and why no more
         * @description For admin, owner, integrator, viewer.
         */
        get: operations["getPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}/meter-values": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A reading of a circuit's own meter
         * @description For admin, owner, integrator.
         */
        post: operations["postMeterValues"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The state as it changes
         * @description Server-sent events. `state` is the whole SiteState: at once, then after each change, at most four a second. `beat` comes every 5 s. `gone` comes when the site is deleted, and ends the stream. It also ends within 10 s of the end of the key or session with which it was asked for. For admin, owner, integrator, viewer.
         */
        get: operations["watchState"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/profiles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the station may have installed, and what its EVSEs may draw by it
         * @description For admin, owner, integrator, viewer.
         */
        get: operations["getStationProfiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/capabilities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the station can do, as far as it is known
         * @description For admin, owner, integrator, viewer.
         */
        get: operations["getStationCapabilities"];
        /**
         * Tell what a station can hold of charging profiles
         * @description For admin, owner, integrator.
         */
        put: operations["putStationCapabilities"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/quirks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Forget how the station takes its profiles
         * @description After a repair or another configuration: what was learned of it, and of those of the same model and firmware at its site, is found out again. For admin, owner, integrator.
         */
        delete: operations["forgetQuirks"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/evses/{evseId}/composite-schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The limit over time that an EVSE keeps to
         * @description For admin, owner, integrator, viewer.
         */
        get: operations["getCompositeSchedule"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/composite-schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The limit over time that the station as a whole says it keeps to
         * @description For admin, owner, integrator, viewer.
         */
        get: operations["getStationComposite"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/evses/{evseId}/remote-start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a transaction
         * @description It begins with no more than the station's failsafe, by a charging profile that the request to the station carries; the plan takes over from there. For admin, owner, integrator.
         */
        post: operations["remoteStart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/transactions/{transactionId}/remote-stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a transaction
         * @description For admin, owner, integrator.
         */
        post: operations["remoteStop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/evses/{evseId}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unlock the cable
         * @description For admin, owner, integrator.
         */
        post: operations["unlock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/evses/{evseId}/availability": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take an EVSE out of service, or back in
         * @description For admin, owner, integrator.
         */
        post: operations["changeAvailability"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/trigger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask the station to send a message now
         * @description For admin, owner, integrator.
         */
        post: operations["triggerMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restart the station
         * @description For admin, owner, integrator.
         */
        post: operations["reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/availability": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take the whole station out of service, or back in
         * @description For admin, owner, integrator.
         */
        post: operations["changeStationAvailability"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/clear-cache": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have the station forget whom it let charge before
         * @description It asks again for each token: of use when tokens were taken off the list of the site. For admin, owner, integrator.
         */
        post: operations["clearCache"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/priority-charging": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a transaction charged with priority, or no longer
         * @description From OCPP 2.1 on: by a profile for priority that the station holds. While it does, the session goes before others. For admin, owner, integrator.
         */
        post: operations["usePriorityCharging"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/configuration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The station's settings, as it reports them
         * @description For admin, owner, integrator.
         */
        get: operations["getConfiguration"];
        /**
         * Change one of the station's settings
         * @description For admin, owner, integrator.
         */
        put: operations["changeConfiguration"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/installed-profiles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What charging profiles the station says that it has, whoever installed them
         * @description Asks the station, and waits until it has reported all of them. From OCPP 2.0.1 on: 1.6 has no way to ask. What this service has sent is at /profiles. For admin, owner, integrator, viewer.
         */
        get: operations["getInstalledProfiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/installed-profiles/{profileId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take away a charging profile that somebody else left at the station
         * @description Such as one of an earlier central system. Refused for the ids that this service writes itself: those profiles keep the fuses. For admin, owner, integrator.
         */
        delete: operations["clearInstalledProfile"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was said between the station and this service lately
         * @description At most the last 500 messages, kept in memory: fewer on a busy service, none from before its last start. To follow, ask again with the cursor of the last answer. For admin, owner, integrator.
         */
        get: operations["listStationMessages"];
        put?: never;
        /**
         * Hand on what a station wrote, as it wrote it
         * @description Instead of transactions and meter values as documents: the OCPP of the station, in its order. What is read of it is the same as of a station that connects here. For admin, owner, integrator.
         */
        post: operations["postStationMessages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the station shows who it is
         * @description For admin, owner, integrator.
         */
        get: operations["getCredentials"];
        /**
         * Set the station's password, or how securely it must connect
         * @description The password is never answered, logged or kept as it is. A connection that was let in by what holds no more is ended at once. For admin, owner, integrator.
         */
        put: operations["putCredentials"];
        post?: never;
        /**
         * Take its password from the station
         * @description It is disconnected at once, unless it came with a certificate, and let in by no password until another one is set. For admin, owner, integrator.
         */
        delete: operations["revokeCredentials"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/credentials/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give the station a new random password
         * @description It is sent to the station, and told to nobody else. The old one stays valid until the station has connected with the new one. For admin, owner, integrator.
         */
        post: operations["rotateCredentials"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/onboarding": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stations that are connected and belong to no site
         * @description For admin, owner, integrator.
         */
        get: operations["getOnboarding"];
        put?: never;
        /**
         * Let stations that nobody knows wait to be taken in, for a while
         * @description They are told that they are pending, and nothing else is served to them. For admin, owner, integrator.
         */
        post: operations["openOnboarding"];
        /**
         * Refuse stations that nobody knows, and send away those that wait
         * @description For admin, owner, integrator.
         */
        delete: operations["closeOnboarding"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/onboarding/{stationId}/adopt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put a station that waits into a site
         * @description The password that it came with is its password from then on. Look at its address and its serial number first: what it says of itself is its own word. For admin, owner, integrator.
         */
        post: operations["adoptStation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tariffs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the tariffs
         * @description For admin, owner, provider, integrator, viewer.
         */
        get: operations["listTariffs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tariffs/{tariffId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The tariff as stored, in the native format
         * @description For admin, owner, provider, integrator, viewer.
         */
        get: operations["getTariff"];
        /**
         * Create or replace a tariff
         * @description In any of the formats; answered in the native one. Sites that name it plan by it at once. The same content again changes nothing. For admin, owner, provider.
         */
        put: operations["putTariff"];
        post?: never;
        /**
         * Delete a tariff that no site names
         * @description For admin, owner, provider.
         */
        delete: operations["deleteTariff"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tariffs/{tariffId}/prices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a kWh costs and brings by this tariff
         * @description By default of two local days, from the start of today, or from `from`. CSV: one row for each stretch. For admin, owner, provider, integrator, viewer.
         */
        get: operations["getTariffPrices"];
        put?: never;
        /**
         * Add published prices to a tariff
         * @description By interval: the newest publication wins, and what is not named stays. Zone and currency are the tariff's unless the document names them. For admin, owner, provider.
         */
        post: operations["addPrices"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}/prices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a kWh costs and brings at this site
         * @description By default of two local days, from the start of today, or from `from`. CSV: one row for each stretch. For admin, owner, provider, integrator, viewer.
         */
        get: operations["getSitePrices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/upstreams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the back ends that stations reach through this service
         * @description For admin, owner, integrator.
         */
        get: operations["listUpstreams"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/upstreams/{upstreamId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The upstream as stored, without its password
         * @description For admin, owner, integrator.
         */
        get: operations["getUpstream"];
        /**
         * Create or replace a back end that stations reach through this service
         * @description Stations that connect to /proxy/{upstreamId}/{stationId} are passed on to {url}/{stationId}. Those that are connected come again by what is stored within a minute. For admin, owner, integrator.
         */
        put: operations["putUpstream"];
        post?: never;
        /**
         * Pass stations on to it no more
         * @description Those that are connected are closed within a minute. For admin, owner, integrator.
         */
        delete: operations["deleteUpstream"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Energy and peaks by quarter of an hour, hour, day or month
         * @description Whole periods that overlap the span; by default the last 31 days, day by day. At most 100 days by the quarter of an hour, else ten years. Instants have the offset of the site's zone. For admin, owner, integrator, viewer.
         */
        get: operations["getHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}/history/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Energy and cost of each session, and what it would have cost uncontrolled
         * @description Sessions that began in the span, by default in the last 31 days; at most ten years. Instants have the offset of the site's zone. For admin, owner, integrator, viewer.
         */
        get: operations["getSessionHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}/history/months": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Energy, cost, peaks and saving of each month
         * @description Whole months that overlap the span, by default the last year; at most ten years. A month that runs is told up to now. Instants have the offset of the site's zone. For admin, owner, integrator, viewer.
         */
        get: operations["getMonthHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}/bill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The bill of a month, line by line, and what it would have been uncontrolled
         * @description By all tariffs of the site as they are now. Instants have the offset of the site's zone. For admin, owner, integrator, viewer.
         */
        get: operations["getBill"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/optimize": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The cheapest plan for a charging problem
         * @description Stateless: nothing of the problem is stored, and no site is touched. One problem is solved at a time, beside the sites and never before them; a few may wait. For admin, owner, provider, integrator, viewer.
         */
        post: operations["optimize"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/oscp/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the other sides of OSCP
         * @description For admin, owner, provider, integrator, viewer.
         */
        get: operations["listOscpProviders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/oscp/providers/{providerId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One other side of OSCP, and what it forecasts
         * @description For admin, owner, provider, integrator, viewer.
         */
        get: operations["getOscpProvider"];
        /**
         * Bind an OSCP capacity provider to a circuit, or change that
         * @description Another versionUrl or tokenA begins the registration anew; all else leaves it as it is. What was forecast stays. For admin, owner, provider.
         */
        put: operations["putOscpProvider"];
        post?: never;
        /**
         * Unregister, and take its limits away
         * @description For admin, owner, provider.
         */
        delete: operations["deleteOscpProvider"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/oscp/providers/{providerId}/adjustments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for other capacities
         * @description AdjustGroupCapacityForecast. It may be answered by a forecast; until then nothing changes. For admin, owner, provider.
         */
        post: operations["askOscpProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/openadr/vens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the VENs of OpenADR
         * @description For admin, owner, provider, integrator, viewer.
         */
        get: operations["listOpenAdrVens"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/openadr/vens/{venId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One VEN, and the events that it knows
         * @description For admin, owner, provider, integrator, viewer.
         */
        get: operations["getOpenAdrVen"];
        /**
         * Keep to a VTN's events, or change how
         * @description For admin, owner, provider.
         */
        put: operations["putOpenAdrVen"];
        post?: never;
        /**
         * Ask the VTN no more, and take its limits away
         * @description For admin, owner, provider.
         */
        delete: operations["deleteOpenAdrVen"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ocpi/peers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Operators that are spoken with over OCPI
         * @description For admin, owner, integrator.
         */
        get: operations["listOcpiPeers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ocpi/peers/{peerId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One operator
         * @description For admin, owner, integrator.
         */
        get: operations["getOcpiPeer"];
        /**
         * Speak with an operator over OCPI
         * @description With tokenA, as the operator gave it, the registration is begun at once where there is none: see status, and problem where it came to nothing; the same again tries again. For admin, owner, integrator.
         */
        put: operations["putOcpiPeer"];
        post?: never;
        /**
         * Speak with it no more
         * @description The operator is told, if it can be. Its stations stay in their sites, and can not be reached. For admin, owner, integrator.
         */
        delete: operations["deleteOcpiPeer"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ocpi/peers/{peerId}/invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A TOKEN_A for an operator that begins itself
         * @description One that was made before counts no more. For admin, owner, integrator.
         */
        post: operations["inviteOcpiPeer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ocpi/peers/{peerId}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * New tokens, both ways
         * @description For admin, owner, integrator.
         */
        post: operations["rotateOcpiTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ocpi/peers/{peerId}/locations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read the operator's locations
         * @description Nothing of a site changes: GET proposals shows what could stand there. For admin, owner, integrator.
         */
        post: operations["pullOcpiLocations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ocpi/peers/{peerId}/proposals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The operator's EVSEs, as stations of a site could be
         * @description For admin, owner, integrator.
         */
        get: operations["listOcpiProposals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with e-mail and password
         * @description The answer gives a cookie that scripts can not read, with a new session id; a session from before ends. Over TLS it is Secure. For everybody.
         */
        post: operations["signIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End this session
         * @description For admin, owner, provider, integrator, viewer.
         */
        post: operations["signOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is signed in, or whose key this is
         * @description For admin, owner, provider, integrator, viewer.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change your password
         * @description Everything that you are signed in with ends, this session too. For admin, owner, provider, integrator, viewer.
         */
        put: operations["changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in/methods": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How one can sign in here
         * @description For everybody.
         */
        get: operations["getSignInMethods"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in/oidc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lead a browser to the identity provider
         * @description NOT_FOUND where none is configured. For everybody.
         */
        get: operations["beginProviderSignIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in/oidc/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where the identity provider sends the browser back to
         * @description Signed in, or back at the sign-in page with ?oidc= one of denied, refused, unavailable, unknownUser, tooManyTries. For everybody.
         */
        get: operations["completeProviderSignIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the users of the organisation
         * @description Admins see those of all organisations. For admin, owner.
         */
        get: operations["listUsers"];
        put?: never;
        /**
         * Add a user
         * @description The first one is made with the admin key. For admin, owner.
         */
        post: operations["createUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One user
         * @description For admin, owner.
         */
        get: operations["getUser"];
        /**
         * Change a user's role, name, e-mail address or password
         * @description For admin, owner.
         */
        put: operations["putUser"];
        post?: never;
        /**
         * Remove a user
         * @description Signed out everywhere at once. Keys that the user made stay: they are the organisation’s. For admin, owner.
         */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the keys of the organisation
         * @description Without their secrets, which nobody can read again. Admins see those of all organisations. For admin, owner.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Make a key for a program
         * @description The secret is in this answer and nowhere else. For admin, owner.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One key
         * @description For admin, owner.
         */
        get: operations["getKey"];
        put?: never;
        post?: never;
        /**
         * Revoke a key
         * @description It is taken no more, from now on. It stays on the list, with the time of this. For admin, owner.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{keyId}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give the key a new secret
         * @description The old one is taken beside it for a while, so that programs can be changed one by one. For admin, owner.
         */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/organisations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the organisations
         * @description For admins only.
         */
        get: operations["listOrganisations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/organisations/{organisationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One organisation
         * @description For admins only.
         */
        get: operations["getOrganisation"];
        /**
         * Create or rename an organisation
         * @description For admins only.
         */
        put: operations["putOrganisation"];
        post?: never;
        /**
         * Delete an organisation that nothing belongs to
         * @description For admins only.
         */
        delete: operations["deleteOrganisation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who changed what, and when
         * @description Newest first. Nothing in it can be changed or removed. For admin, owner.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/replan-jobs/failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sites that could not be planned anew when something changed
         * @description Where several processes share the sites: the newest 100, newest first. A site plans itself also without being woken, so that this tells of a planner that was missing, not of a site that stands still. For admins only.
         */
        get: operations["listFailedReplans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the webhooks of the organisation
         * @description Without their secrets, which nobody can read again. Admins see those of all organisations. For admin, owner, integrator.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Have an address told of events
         * @description The secret with which messages are signed is in this answer and nowhere else. For admin, owner, integrator.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhookId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One webhook
         * @description For admin, owner, integrator.
         */
        get: operations["getWebhook"];
        /**
         * Change what a webhook is told, or where
         * @description Its secret stays. One that was disabled is enabled again. For admin, owner, integrator.
         */
        put: operations["putWebhook"];
        post?: never;
        /**
         * Tell an address nothing any more
         * @description What still waits for it is not sent. For admin, owner, integrator.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhookId}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give the webhook a new secret
         * @description For a while messages are signed by the old one too, so that the receiver can be changed in peace. For admin, owner, integrator.
         */
        post: operations["rotateWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhookId}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send the webhook a message that says nothing
         * @description What became of it is among its deliveries. For admin, owner, integrator.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhookId}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was sent to a webhook, and what waits
         * @description Newest first. Those that ended are kept for three days, the newest thousand at most. For admin, owner, integrator.
         */
        get: operations["listWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/connection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether a station counts as connected
         * @description For admin, owner, integrator, viewer.
         */
        get: operations["getStationConnection"];
        /**
         * Tell whether you have a connection to a station
         * @description For admin, owner, integrator.
         */
        put: operations["putStationConnection"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/transactions/{transactionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Tell of a transaction: its beginning, its changes, its end
         * @description transactionId is the one on the wire: profiles for the transaction name it. For admin, owner, integrator.
         */
        put: operations["putTransaction"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stations/{stationId}/meter-values": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tell what a station's meters say
         * @description Numbered, so that what comes twice is dropped and what is missing is known. A reading that is missing says nothing; it is not 0. For admin, owner, integrator.
         */
        post: operations["postStationMeterValues"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ask for commands for your stations, and wait for them
         * @description At least once: a command is given again to whoever asks with an earlier cursor, until its result is there. The first result counts. For admin, owner, integrator.
         */
        get: operations["listCommands"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/commands/{commandId}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tell what became of a command
         * @description For admin, owner, integrator.
         */
        post: operations["postCommandResult"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sites/{siteId}/plan/dry-run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What the plan would be with these cars and limits
         * @description The next two hours, were all of it so at once, besides what is known. Nothing is kept, and nothing is sent to a station. For admin, owner, integrator.
         */
        post: operations["tryPlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications/recipients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List who is told by e-mail
         * @description Admins see those of all organisations. For admin, owner, integrator.
         */
        get: operations["listMailRecipients"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications/recipients/{recipientId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One recipient
         * @description For admin, owner, integrator.
         */
        get: operations["getMailRecipient"];
        /**
         * Have somebody told by e-mail
         * @description What happens within half a minute is told in one mail. For admin, owner, integrator.
         */
        put: operations["putMailRecipient"];
        post?: never;
        /**
         * Tell somebody nothing by e-mail any more
         * @description For admin, owner, integrator.
         */
        delete: operations["deleteMailRecipient"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** Health */
        Health: {
            /** @constant */
            status: "ok";
            version: string;
        };
        /** Readiness */
        Readiness: {
            ready: boolean;
            /** @description What is not ready, if anything. */
            reasons: string[];
        };
        /** DelegatedByCsms */
        DelegatedByCsms: {
            /** @constant */
            by: "csms";
            /**
             * @description What the station speaks with its CSMS: commands come as OCPP of this version.
             * @enum {unknown}
             */
            ocppVersion: "1.6" | "2.0.1" | "2.1";
        };
        /** DelegatedByOcpi */
        DelegatedByOcpi: {
            /** @constant */
            by: "ocpi";
            /** @description The operator, as it is registered here. */
            peerId: string;
            /** @description The operator's id of the location. */
            locationId: string;
        };
        /** Site */
        Site: {
            /** @description The site, as chosen by its owner. */
            siteId?: string;
            name: string;
            /** @description IANA name. */
            timeZone: string;
            /**
             * @description Phase to neutral.
             * @default 230
             */
            voltageV?: number;
            /** @default [] */
            tariffIds?: string[];
            /** @description A tree with one root. */
            circuits: {
                /** @description A circuit of the site. */
                id: string;
                /** @description What people call it; left out, its id. */
                name?: string;
                /** @description Left out, or null, on the grid connection only. */
                parentId?: string | null;
                /** @description A per phase. */
                limitA: {
                    L1: number;
                    L2: number;
                    L3: number;
                };
                /** @description W, all phases together. */
                powerLimitW?: number;
                /**
                 * @description What else than cars may flow here at worst, A; counts while the meter of the circuit is silent.
                 * @default {
                 *       "L1": 0,
                 *       "L2": 0,
                 *       "L3": 0
                 *     }
                 */
                baseLoadMaxA?: {
                    L1?: number;
                    L2?: number;
                    L3?: number;
                };
                /**
                 * @description A meter reading older than this is no reading.
                 * @default 30
                 */
                meterStaleS?: number;
            }[];
            stations: {
                /** @description The identity that the station connects with. */
                id: string;
                /** @description What people call it; left out, its id. */
                name?: string;
                /** @description A circuit of the site. */
                circuitId: string;
                /**
                 * @description What each EVSE falls to by itself, per phase: 0, or at least its currentMinA.
                 * @default 0
                 */
                failsafeA?: number;
                /** @description Hours of the site's local clock in which it falls to something else, such as the cheap ones of a night: by itself, also while this service is away. Over midnight where `to` is no later than `from`; they may not overlap. */
                failsafeHours?: {
                    /** @example 22:00 */
                    from: string;
                    /** @example 22:00 */
                    to: string;
                    /** @description On which they begin. Left out: every day. */
                    days?: ("MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU")[];
                    /** @description Instead of failsafeA: 0, or at least the currentMinA of each EVSE. */
                    limitA: number;
                }[];
                /**
                 * @description How long a car may take to follow.
                 * @default 5
                 */
                reactionS?: number;
                /** @description Somebody else holds the connection of the station: a CSMS that hands on what it says and what it is told over /v1/delegation ("csms"), or an operator over OCPI ("ocpi"). Left out, the station connects to this service. */
                delegated?: components["schemas"]["DelegatedByCsms"] | components["schemas"]["DelegatedByOcpi"];
                evses: ({
                    /** @description Counts from 1. */
                    id: number;
                    /** @constant */
                    kind: "AC";
                    /** @description The grid phases on the station's terminals, in the terminals' order. */
                    phases: ("L1" | "L2" | "L3")[];
                    /**
                     * @description The least it can offer besides 0.
                     * @default 6
                     */
                    currentMinA?: number;
                    /** @description What its hardware can draw, per phase. */
                    currentMaxA: number;
                    /**
                     * @description Phases that a car was seen not to use may be given to others.
                     * @default false
                     */
                    trustLearnedPhases?: boolean;
                    /** @description For supplies that are not phase to neutral (IT grids, 208 V): W that 1 A on every phase stands for. */
                    wattsPerAmpere?: number;
                } | {
                    /** @description Counts from 1. */
                    id: number;
                    /** @constant */
                    kind: "DC";
                    /** @description The grid phases on the station's terminals, in the terminals' order. */
                    phases: ("L1" | "L2" | "L3")[];
                    /** @description At the outlet. */
                    powerMaxW: number;
                    /** @description Power at the outlet over power from the grid. */
                    efficiency: number;
                })[];
            }[];
            /** @description When given, only these may start a transaction. */
            idTokens?: string[];
            /**
             * @description How often stations are asked to send meter values.
             * @default 10
             */
            meterIntervalS?: number;
            /**
             * @description When not everyone can have the minimum current, a car is kept on, or off, at least this long.
             * @default 900
             */
            rotationS?: number;
            /**
             * @description A car may come short of what its driver needs where the peak it would take is billed at more than the energy is worth.
             * @default false
             */
            peakMayOutweighDeparture?: boolean;
            /** @description What is taken of a driver who did not say. It may let a car wait for a better time, but never ends a charge; what a driver states comes first, member by member. */
            defaults?: {
                /**
                 * @description When a car leaves: "learned" from the stays of earlier ones, or the next such time of the local clock, HH:MM. Left out, a car of whose departure nothing is known charges at once.
                 * @example learned
                 * @example 07:00
                 */
                departure?: string;
                /** @description What a car wants: "learned" from what earlier ones took, or so much. */
                energyWh?: "learned" | number;
                /** @default 5 */
                priority?: number;
            };
        };
        /** SiteList */
        SiteList: {
            sites: components["schemas"]["Site"][];
        };
        /**
         * Problem
         * @description RFC 9457. Further members, such as circuitId, phase and failsafeSumA, depend on the code.
         * @example {
         *       "type": "urn:evenkeel:problem:SITE_NOT_FOUND",
         *       "title": "There is no such site",
         *       "status": 404,
         *       "detail": "There is no site \"depot-nord\".",
         *       "code": "SITE_NOT_FOUND",
         *       "fix": "Create it with PUT /v1/sites/{siteId}, or list the sites with GET /v1/sites.",
         *       "instance": "/v1/sites/depot-nord",
         *       "requestId": "req-1"
         *     }
         */
        Problem: {
            /** @description A URN that ends in the code. */
            type: string;
            title: string;
            status: number;
            /** @description What is wrong this time. */
            detail: string;
            /**
             * @description Stable: programs decide by it.
             * @enum {unknown}
             */
            code: "INVALID_REQUEST" | "UNAUTHORIZED" | "SIGN_IN_FAILED" | "WRONG_PASSWORD" | "FORBIDDEN" | "ROLE_TOO_WIDE" | "PAGE_HEADER_MISSING" | "NOT_FOUND" | "SITE_NOT_FOUND" | "STATION_NOT_FOUND" | "EVSE_NOT_FOUND" | "SESSION_NOT_FOUND" | "TRANSACTION_NOT_FOUND" | "LIMIT_NOT_FOUND" | "GRID_EVENT_NOT_FOUND" | "OSCP_PROVIDER_NOT_FOUND" | "OPENADR_VEN_NOT_FOUND" | "PEER_OF_ANOTHER_SITE" | "PEER_URL_REFUSED" | "PEER_NOT_CONNECTED" | "TARIFF_NOT_FOUND" | "UPSTREAM_NOT_FOUND" | "OCPI_PEER_NOT_FOUND" | "OCPI_NOT_REGISTERED" | "OCPI_PEER_FAILED" | "USER_NOT_FOUND" | "KEY_NOT_FOUND" | "RECIPIENT_NOT_FOUND" | "WEBHOOK_NOT_FOUND" | "ORGANISATION_NOT_FOUND" | "EMAIL_TAKEN" | "ORGANISATION_IN_USE" | "NO_PRICE" | "SITE_WITHOUT_TARIFF" | "MONTH_NOT_BEGUN" | "METHOD_NOT_ALLOWED" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "SITE_ID_MISMATCH" | "INVALID_TIME_ZONE" | "CIRCUIT_CYCLE" | "CIRCUIT_ROOT" | "CIRCUIT_UNKNOWN" | "DUPLICATE_ID" | "STATION_TAKEN" | "CURRENT_RANGE" | "FAILSAFE_EXCEEDS_LIMIT" | "FAILSAFE_HOURS_OVERLAP" | "INVALID_LIMIT" | "INVALID_GRID_EVENT" | "TOO_MANY_LIMITS" | "LIMIT_ID_TAKEN" | "LIMIT_OF_GRID_EVENT" | "INVALID_RECURRENCE" | "INVALID_PROBLEM" | "PROBLEM_TOO_LARGE" | "INVALID_TARIFF" | "TARIFF_NOT_EXPRESSIBLE" | "TARIFF_OVERLAP" | "TARIFF_NOT_PUBLISHED" | "TARIFF_IN_USE" | "CURRENCY_MISMATCH" | "ADDRESS_REFUSED" | "TOO_MANY_WEBHOOKS" | "TOO_MANY_RECIPIENTS" | "MAIL_NOT_SET_UP" | "WEBHOOK_DISABLED" | "KEY_CHANGE_IMPOSSIBLE" | "KEY_CHANGE_PENDING" | "STATION_NOT_WAITING" | "STATION_CONTESTED" | "STATION_NOT_DELEGATED" | "STALE_REV" | "SEQ_REUSED" | "COMMAND_NOT_FOUND" | "COMMAND_CLOSED" | "CURSOR_GONE" | "INVALID_RESULT" | "IDEMPOTENCY_CONFLICT" | "STATION_OFFLINE" | "STATION_REFUSED" | "STATION_TIMEOUT" | "OPTIMIZER_TIMEOUT" | "TOO_MANY_REQUESTS" | "SITE_UNAVAILABLE" | "OVERLOADED" | "INTERNAL";
            /** @description A JSON pointer into the body, or the name of the address's parameter. */
            field?: string;
            /** @description What to do about it. */
            fix: string;
            /** @description The path that was asked. */
            instance: string;
            /** @description Finds the request in the log. */
            requestId: string;
        };
        /**
         * Section14a
         * @description A dimming under §14a EnWG (Germany), down to what the operator must leave.
         */
        Section14a: {
            /**
             * @description direct: 4.2 kW for each charge point. ems: a sum, by the simultaneity factor.
             * @enum {unknown}
             */
            mode: "direct" | "ems";
            /**
             * @description W that all heat pumps are rated at.
             * @default 0
             */
            heatPumpsW?: number;
            /**
             * @description W that all cooling are rated at.
             * @default 0
             */
            coolingW?: number;
            /** @description Charge points above 4.2 kW below the circuit, as configured now. */
            readonly chargePoints?: number;
            /** @description W that the operator must leave all devices. */
            readonly leastPowerW?: number;
            /** @description What of it is left to the cars. Absent: there is nothing here to dim. */
            readonly chargingPowerW?: number;
        };
        /**
         * Limit
         * @description A cap on a circuit besides its own rating: limitA per phase, powerLimitW of all that flows, chargingPowerLimitW of the cars alone, section14a, or several of these. It holds from `from` (else at once) until `to` (else until it is deleted). Caps are only ever combined by minimum.
         * @example {
         *       "circuitId": "grid",
         *       "limitA": {
         *         "L1": 40,
         *         "L2": 40,
         *         "L3": 40
         *       },
         *       "from": "2026-01-14T17:00:00+01:00",
         *       "to": "2026-01-14T20:00:00+01:00",
         *       "recurrence": "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
         *       "source": "owner",
         *       "reason": "The kitchen is busy."
         *     }
         * @example {
         *       "circuitId": "grid",
         *       "powerLimitW": 20000,
         *       "source": "grid-operator"
         *     }
         * @example {
         *       "circuitId": "grid",
         *       "section14a": {
         *         "mode": "ems",
         *         "heatPumpsW": 19700
         *       },
         *       "from": "2026-01-14T17:00:00+01:00",
         *       "to": "2026-01-14T19:00:00+01:00",
         *       "source": "grid-operator"
         *     }
         */
        Limit: {
            /** @description The limit, as chosen by its owner. */
            limitId?: string;
            /** @description A circuit of the site. */
            circuitId: string;
            /** @description A per phase. */
            limitA?: {
                L1: number;
                L2: number;
                L3: number;
            };
            /** @description W, all phases together. */
            powerLimitW?: number;
            /** @description W that the cars below may draw together. */
            chargingPowerLimitW?: number;
            section14a?: components["schemas"]["Section14a"];
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            from?: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            to?: string;
            /** @description RFC 5545 RRULE in the site's zone; each occurrence runs between the times of day of `from` and `to`, by the wall clock. */
            recurrence?: string;
            /**
             * @default owner
             * @enum {unknown}
             */
            source?: "owner" | "grid-operator";
            /** @description Why, for people. */
            reason?: string;
            /** @description The grid event that it belongs to. */
            readonly eventId?: string;
        };
        /** LimitList */
        LimitList: {
            limits: components["schemas"]["Limit"][];
        };
        /**
         * Warning
         * @description For the time of the limit, failsafes are lowered below this circuit: on a phase, or in power.
         */
        Warning: {
            /** @enum {unknown} */
            code: "FAILSAFE_EXCEEDS_LIMIT";
            /** @description A circuit of the site. */
            circuitId: string;
            /**
             * @description A phase of the grid.
             * @enum {unknown}
             */
            phase: "L1" | "L2" | "L3";
            failsafeSumA: number;
            limitA: number;
        } | {
            /** @enum {unknown} */
            code: "FAILSAFE_EXCEEDS_LIMIT";
            /** @description A circuit of the site. */
            circuitId: string;
            failsafeSumW: number;
            limitW: number;
        };
        /** StoredLimit */
        StoredLimit: {
            /** @description The limit, as chosen by its owner. */
            limitId?: string;
            /** @description A circuit of the site. */
            circuitId: string;
            /** @description A per phase. */
            limitA?: {
                L1: number;
                L2: number;
                L3: number;
            };
            /** @description W, all phases together. */
            powerLimitW?: number;
            /** @description W that the cars below may draw together. */
            chargingPowerLimitW?: number;
            section14a?: components["schemas"]["Section14a"];
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            from?: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            to?: string;
            /** @description RFC 5545 RRULE in the site's zone; each occurrence runs between the times of day of `from` and `to`, by the wall clock. */
            recurrence?: string;
            /**
             * @default owner
             * @enum {unknown}
             */
            source?: "owner" | "grid-operator";
            /** @description Why, for people. */
            reason?: string;
            /** @description The grid event that it belongs to. */
            readonly eventId?: string;
            warnings: components["schemas"]["Warning"][];
        };
        /**
         * PerPhase
         * @description A per phase.
         */
        PerPhase: {
            L1: number;
            L2: number;
            L3: number;
        };
        /**
         * LimitWindows
         * @description windows: when each limit holds, recurring ones once for each occurrence. circuits: what each is limited to by all of them, its own rating included.
         */
        LimitWindows: {
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            from: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            to: string;
            windows: {
                limitId: string;
                circuitId: string;
                /** @enum {unknown} */
                source: "owner" | "grid-operator";
                limitA?: components["schemas"]["PerPhase"];
                powerLimitW?: number;
                /** @description Of the cars below together. */
                chargingPowerLimitW?: number;
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                from: string;
                /** @description Null: until it is deleted. */
                until: string | null;
                reason?: string;
                eventId?: string;
            }[];
            circuits: {
                id: string;
                intervals: {
                    /**
                     * Format: date-time
                     * @description ISO 8601 with an offset.
                     * @example 2026-01-14T14:20:00+01:00
                     */
                    from: string;
                    /**
                     * Format: date-time
                     * @description ISO 8601 with an offset.
                     * @example 2026-01-14T14:20:00+01:00
                     */
                    to: string;
                    limitA: components["schemas"]["PerPhase"];
                    powerLimitW?: number;
                    /** @description Of the cars below together. */
                    chargingPowerLimitW?: number;
                }[];
            }[];
        };
        /**
         * GridEvent
         * @description What a grid event comes to: limits on the grid connection, which come and go with it.
         */
        GridEvent: {
            /** @description The grid event, as chosen by its sender. */
            eventId: string;
            /** @description Ascending by start. */
            limits: components["schemas"]["Limit"][];
        };
        /** GridEventList */
        GridEventList: {
            events: components["schemas"]["GridEvent"][];
        };
        /**
         * OpenAdrEvent
         * @description An OpenADR 3 event, or a list of them, with payloads IMPORT_CAPACITY_LIMIT in kW: the most that the site takes from the grid. IMPORT_CAPACITY_SUBSCRIPTION holds where no limit does, raised by IMPORT_CAPACITY_RESERVATION.
         */
        OpenAdrEvent: {
            [key: string]: unknown;
        } | {
            [key: string]: unknown;
        }[];
        /** StoredGridEvent */
        StoredGridEvent: {
            /** @description The grid event, as chosen by its sender. */
            eventId: string;
            /** @description Ascending by start. */
            limits: components["schemas"]["Limit"][];
            warnings: components["schemas"]["Warning"][];
            /** @description What in the document was understood, but is not used. */
            notes: string[];
        };
        /** SessionCourse */
        SessionCourse: {
            siteId: string;
            sessionId: string;
            /** @description The identity that the station connects with. */
            stationId: string;
            /** @description Counts from 1. */
            evseId: number;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            startedAt: string;
            endedAt: string | null;
            /** @description At the outlet. */
            energyWh: number;
            /** @description That it uses. */
            phases: ("L1" | "L2" | "L3")[];
            /** @description Without a gap. The first begins with the session, the last ends with it, or is still running. */
            quarters: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                start: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                end: string;
                /** @description On the grid side, as powerW and currentA are. */
                energyWh: number;
                /** @description Mean. */
                powerW: number;
                /** @description Mean, on each of its phases. */
                currentA: number;
            }[];
        };
        /**
         * LimitedBy
         * @description Why it gets no more than it does.
         */
        LimitedBy: {
            /** @constant */
            by: "circuit";
            /** @description A circuit of the site. */
            circuitId: string;
            /**
             * @description The grid phase where the limit binds.
             * @enum {unknown}
             */
            phase: "L1" | "L2" | "L3";
        } | {
            /** @constant */
            by: "powerLimit";
            /** @description A circuit of the site. */
            circuitId: string;
        } | {
            /** @constant */
            by: "evse";
        } | {
            /** @constant */
            by: "price";
        } | {
            /** @constant */
            by: "demandCharge";
        } | {
            /** @constant */
            by: "energy";
        } | {
            /** @constant */
            by: "minimumCurrent";
        } | {
            /** @constant */
            by: "absent";
        } | {
            /** @constant */
            by: "vehicle";
        } | {
            /** @constant */
            by: "externalLimit";
            /**
             * @description EMS: an energy management system. SO: the grid operator. CSO: the charging station operator. Other: somebody else.
             * @enum {unknown}
             */
            source: "EMS" | "SO" | "CSO" | "Other";
            /**
             * @description Of this EVSE, or of all of its station together.
             * @enum {unknown}
             */
            scope: "evse" | "station";
            /** @description What that leaves this car, A per phase on the grid side. */
            limitA: number;
        } | {
            /** @constant */
            by: "handOut";
        } | {
            /** @constant */
            by: "station";
            /** @enum {unknown} */
            reason: "offline" | "refuses" | "disobeys" | "unconfirmed";
        };
        /** Session */
        Session: {
            sessionId: string;
            /** @description As on the wire: a number in OCPP 1.6, a string later. */
            transactionId: number | string;
            stationId: string;
            evseId: number;
            idToken: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            startedAt: string;
            endedAt: string | null;
            /** @description Delivered. */
            energyWh: number;
            energyWantedWh: number | null;
            departure: string | null;
            priority: number;
            needsUsed: {
                departure: string | null;
                energyWh: number | null;
                priority: number;
            } | null;
            needsFrom: {
                /** @enum {unknown} */
                departure: "stated" | "default" | "learned" | "unknown";
                /** @enum {unknown} */
                energyWh: "stated" | "default" | "learned" | "unknown";
                /**
                 * @description station: somebody asked for the most there (OCPP 2.1), which goes before what was stated.
                 * @enum {unknown}
                 */
                priority: "stated" | "station" | "default" | "unknown";
            } | null;
            /** @description What it will have got by its departure, as scheduled. Null where no energy was asked for. */
            plannedEnergyWh: number | null;
            /** @description What of the energy wanted will be missing then. */
            shortfallWh: number | null;
            /** @description Will it be ready by its departure? Null where that can not be said. */
            onTime: boolean | null;
            /** @description What its energy cost so far at the prices of the time it was taken, VAT included, without demand charges and fixed fees. Null without tariffs, or where there is no price. */
            cost: number | null;
            currency: string | null;
            /** @description What it may draw now, A per phase; 0 once ended. */
            limitA: number;
            limitedBy: components["schemas"]["LimitedBy"] | null;
            phasesInUse: ("L1" | "L2" | "L3")[];
            endReason: string | null;
        };
        /**
         * SessionList
         * @description Open ones first, then ended ones, newest first.
         */
        SessionList: {
            sessions: components["schemas"]["Session"][];
        };
        /**
         * Needs
         * @description Replaces what was known; a member left out is not known.
         * @example {
         *       "departure": "2026-01-14T17:30:00+01:00",
         *       "energyWh": 30000,
         *       "priority": 5
         *     }
         */
        Needs: {
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            departure?: string;
            /** @description Wanted by departure, counted from the start. */
            energyWh?: number;
            /**
             * @description 10 is served first, 0 last.
             * @default 5
             */
            priority?: number;
        };
        /** PlannedReason */
        PlannedReason: {
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            from: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            to: string;
            currentA: number;
            limitedBy: components["schemas"]["LimitedBy"] | null;
            /**
             * @description plan: what the station is told. schedule: what is intended beyond that.
             * @enum {unknown}
             */
            source: "plan" | "schedule";
            /** @description As one would say it to the driver. For people: it may be reworded. */
            sentence: string;
        };
        /** PastReason */
        PastReason: {
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            from: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            to: string;
            /** @description The least that it was told to keep to. */
            limitMinA: number;
            /** @description The most. */
            limitMaxA: number;
            limitedBy: components["schemas"]["LimitedBy"] | null;
            /** @description As one would say it to the driver. For people: it may be reworded. */
            sentence: string;
        };
        /**
         * SessionWhy
         * @description Why a session gets what it gets. Currents are A per phase on the grid side.
         */
        SessionWhy: {
            siteId: string;
            sessionId: string;
            /** @description As on the wire: a number in OCPP 1.6, a string later. */
            transactionId: number | string;
            stationId: string;
            evseId: number;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            at: string;
            now: {
                /** @description What it is told to keep to. */
                limitA: number;
                /** @description At most, whatever messages may or may not have arrived. */
                mayDrawA: number;
                /** @description Measured, per grid phase; "unknown" where no sample is fresh. */
                currentA: components["schemas"]["PerPhase"] | "unknown";
                limitedBy: components["schemas"]["LimitedBy"] | null;
                /** @description As one would say it to the driver. For people: it may be reworded. */
                sentence: string;
            };
            /** @description Ascending, without gaps: the plan, then the schedule. Slots with the same reason and current are one. Empty: not planned yet. */
            ahead: components["schemas"]["PlannedReason"][];
            /** @description Ascending, without gaps, until now: at most 200 and the youngest; what was over within 30 s is left out. */
            past: components["schemas"]["PastReason"][];
            /** @description What was before is not known: the past is kept in memory, and a restart of the service forgets it. Null: nothing was seen yet. */
            since: string | null;
        };
        /**
         * LimitInForce
         * @description A limit in force now, and where it is the one that holds.
         */
        LimitInForce: {
            /** @description Null: the circuit's own rating. */
            limitId: string | null;
            /** @enum {unknown} */
            source: "circuit" | "owner" | "grid-operator";
            limitA?: components["schemas"]["PerPhase"];
            powerLimitW?: number;
            /** @description Of the cars below together. */
            chargingPowerLimitW?: number;
            from: string | null;
            /** @description Null: until it is deleted. */
            until: string | null;
            reason?: string;
            eventId?: string;
            /** @description Where none that is in force is lower. */
            binding: ("L1" | "L2" | "L3" | "power" | "chargingPower")[];
        };
        /**
         * LimitChange
         * @description When the circuit is next limited to something else, and to what.
         */
        LimitChange: {
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            at: string;
            limitA: components["schemas"]["PerPhase"];
            powerLimitW?: number;
            /** @description Of the cars below together. */
            chargingPowerLimitW?: number;
            /** @description Limits that begin then. */
            begins: string[];
            /** @description Limits that end then. */
            ends: string[];
        };
        /**
         * CircuitState
         * @description limitA: in force now. loadA: what flows. baseLoadA: what else than cars is taken to flow. reservedA: what the cars could draw at most, given every message that may or may not have arrived. headroomA: limitA - baseLoadA - reservedA. next: null where nothing changes within two days.
         */
        CircuitState: {
            id: string;
            parentId: string | null;
            limitA: components["schemas"]["PerPhase"];
            powerLimitW?: number;
            /** @description At most, base load included; only beside a power limit. */
            reservedW?: number;
            /** @description Of the cars below together. */
            chargingPowerLimitW?: number;
            /** @description What they could draw at most; only beside a limit on the charging. */
            reservedChargingW?: number;
            loadA: components["schemas"]["PerPhase"];
            baseLoadA: components["schemas"]["PerPhase"];
            reservedA: components["schemas"]["PerPhase"];
            headroomA: components["schemas"]["PerPhase"];
            /** @enum {unknown} */
            meter: "fresh" | "stale" | "none";
            /** @description What is in force now, the circuit's own rating first. */
            limits: components["schemas"]["LimitInForce"][];
            next: components["schemas"]["LimitChange"] | null;
        };
        /**
         * StationQuirk
         * @description What a station does otherwise than one would expect.
         */
        StationQuirk: {
            /** @enum {unknown} */
            quirk: "takesWattsOnly" | "takesWholeAmperesOnly" | "takesNoZero" | "takesNoRelative" | "takesNoRecurring" | "takesNoAbsolute" | "takesNoTxProfile" | "takesNoDefault" | "ignoresTxProfile" | "saysNoComposite" | "saysNoReport" | "clockUnknown" | "clockOff" | "disobeys" | "compositeDiffers" | "foreignProfiles";
            /** @description What it means, and what is done about it. For people: it may be reworded. */
            sentence: string;
            /** @description Kept until it is forgotten, or another firmware comes. Otherwise it is gone as soon as it is no longer so. */
            learned: boolean;
            /** @description When it was learned, or since when it is so. Null: not known. */
            learnedAt: string | null;
            /** @description The station it was seen of: this one, or one of the same model and firmware. */
            seenOf: string;
            /** @description What was seen. */
            evidence: string;
        };
        /**
         * ExternalLimit
         * @description The station says that somebody else than us limits it.
         */
        ExternalLimit: {
            /**
             * @description EMS: an energy management system. SO: the grid operator. CSO: the charging station operator. Other: somebody else.
             * @enum {unknown}
             */
            source: "EMS" | "SO" | "CSO" | "Other";
            /**
             * @description Of this EVSE, or of all of its station together.
             * @enum {unknown}
             */
            scope: "evse" | "station";
            isGridCritical: boolean;
            /** @description Now, in the unit of the station's word. Null: it did not say how much, or it begins later. */
            limit: number | null;
            rateUnit: ("A" | "W") | null;
            /** @description As A per phase on the grid side of this EVSE. */
            limitA: number | null;
            /** @description Null: without an end. */
            until: string | null;
        };
        /** EvseState */
        EvseState: {
            id: number;
            /** @enum {unknown} */
            kind: "AC" | "DC";
            phases: ("L1" | "L2" | "L3")[];
            /** @enum {unknown} */
            status: "Available" | "Preparing" | "Charging" | "SuspendedEVSE" | "SuspendedEV" | "Finishing" | "Reserved" | "Unavailable" | "Faulted" | "Occupied" | "unknown";
            /** @description What it is told to keep to now. */
            limitA: number;
            /** @description What it could draw at most. */
            reservedA: number;
            /** @description Measured, per grid phase; "unknown" before the first meter value. */
            currentA: components["schemas"]["PerPhase"] | "unknown";
            limitedBy: components["schemas"]["LimitedBy"] | null;
            externalLimits: components["schemas"]["ExternalLimit"][];
            transaction: {
                /** @description As on the wire: a number in OCPP 1.6, a string later. */
                transactionId: number | string;
                sessionId: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                startedAt: string;
                energyWh: number;
                /** @description Somebody at its station asked for the most (OCPP 2.1): the session has priority 10 meanwhile. */
                priorityCharging: boolean;
            } | null;
        };
        /** StationState */
        StationState: {
            id: string;
            circuitId: string;
            online: boolean;
            ocppVersion: ("1.6" | "2.0.1" | "2.1") | null;
            vendor: string | null;
            model: string | null;
            firmwareVersion: string | null;
            /**
             * @description controlled: obeys and is confirmed. The others are counted at what they may draw.
             * @enum {unknown}
             */
            control: "controlled" | "unconfirmed" | "refuses" | "disobeys" | "neverSeen";
            failsafe: {
                limitA: number;
                confirmed: boolean;
            };
            quirks: components["schemas"]["StationQuirk"][];
            evses: components["schemas"]["EvseState"][];
        };
        /** SiteState */
        SiteState: {
            siteId: string;
            name: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            at: string;
            /**
             * @description Would every fuse hold, whatever happens next?
             * @enum {unknown}
             */
            site: "protected" | "unprotected";
            /** @description By how much the worst case exceeds a phase or the power limit of a circuit; empty when protected. */
            excess: ({
                circuitId: string;
                /**
                 * @description A phase of the grid.
                 * @enum {unknown}
                 */
                phase: "L1" | "L2" | "L3";
                excessA: number;
            } | {
                circuitId: string;
                excessW: number;
            })[];
            protection: {
                /** @constant */
                status: "protected";
            } | {
                /** @constant */
                status: "unprotected";
                /** @description By how much the worst case exceeds a phase or the power limit of a circuit; empty when protected. */
                excess: ({
                    circuitId: string;
                    /**
                     * @description A phase of the grid.
                     * @enum {unknown}
                     */
                    phase: "L1" | "L2" | "L3";
                    excessA: number;
                } | {
                    circuitId: string;
                    excessW: number;
                })[];
            };
            circuits: components["schemas"]["CircuitState"][];
            stations: components["schemas"]["StationState"][];
        };
        /**
         * PlanPrices
         * @description What the schedule was made with.
         */
        PlanPrices: {
            /**
             * @description published: all prices are. fallback: from publishedUntil on those of earlier days stand in. none: for some time there are not even those, and the last known price stands in; or a tariff that the site names is not there, and is left out.
             * @enum {unknown}
             */
            from: "published" | "fallback" | "none";
            publishedUntil: string | null;
            /** @description All-in, VAT included, per slot. */
            energyPricePerKwh: number[];
            /** @description What a peak costs, as the schedule counts with it: of a mean of several days, a part for each. */
            demandCharges: {
                circuitId: string;
                pricePerKw: number;
                /** @description Up to this a peak costs nothing more. */
                peakSoFarKw: number;
                /** @description Peaks are means over so long; null: over each slot. */
                windowS: number | null;
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                from: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                to: string;
            }[];
        };
        /**
         * Plan
         * @description The next two hours as the stations are told, then the schedule for the rest of a day or two. cost, gap (how far from the best it may be), lowerBound and relaxedGap (with minimum currents left aside) are those of the schedule where there is one, in the currency of the site's tariffs.
         */
        Plan: {
            siteId: string;
            computedAt: string | null;
            /** @description Slot t is [boundaries[t], boundaries[t+1]). */
            boundaries: string[];
            /** @description The same as epoch milliseconds. */
            boundariesMs: number[];
            sessions: {
                sessionId: string;
                stationId: string;
                evseId: number;
                currentA: number[];
                /** @description Null in slots of a schedule that was made before this session was known. */
                limitedBy: (components["schemas"]["LimitedBy"] | null)[];
            }[];
            circuits: {
                id: string;
                limitA: {
                    L1: number[];
                    L2: number[];
                    L3: number[];
                };
                loadA: {
                    L1: number[];
                    L2: number[];
                    L3: number[];
                };
            }[];
            cost: {
                energy: number;
                demand: number;
                shortfall: number;
                total: number;
            };
            /** @description Of cost and prices. Null where nothing costs anything, or nothing is scheduled yet. */
            currency: string | null;
            prices: components["schemas"]["PlanPrices"] | null;
            gap: number | null;
            lowerBound: number | null;
            relaxedGap: number | null;
            schedule: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                computedAt: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                from: string;
                /** @enum {unknown} */
                status: "optimal" | "feasible";
            } | null;
        };
        /**
         * CircuitReading
         * @description What a circuit's own meter says flows through it, cars included. Without a timestamp: now.
         */
        CircuitReading: {
            circuitId: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            timestamp?: string;
            /** @description A per phase. */
            currentA: {
                L1: number;
                L2: number;
                L3: number;
            };
            /** @description W, all phases together: positive import, negative export. Without it, power follows from currentA. */
            powerW?: number;
        };
        /**
         * ChargingProfile
         * @description As it went on the wire, in OCPP 2.0.1's words. Made again of the limits and the form, with the station's clock as it is known now.
         */
        ChargingProfile: {
            profileId: number;
            stackLevel: number;
            /** @enum {unknown} */
            purpose: "TxProfile" | "TxDefaultProfile" | "ChargingStationMaxProfile";
            /** @enum {unknown} */
            kind: "Absolute" | "Recurring" | "Relative";
            /** @enum {unknown} */
            recurrency?: "Daily" | "Weekly";
            /** @description As on the wire: a number in OCPP 1.6, a string later. */
            transactionId?: number | string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            validFrom?: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            validTo?: string;
            schedule: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                start?: string;
                /** @description Left out: without an end. */
                durationS?: number;
                /**
                 * @description A: per phase. W: the total.
                 * @enum {unknown}
                 */
                rateUnit: "A" | "W";
                periods: {
                    /** @description From start. */
                    startPeriodS: number;
                    limit: number;
                    numberPhases?: number;
                }[];
            };
        };
        /** ProfileCandidate */
        ProfileCandidate: {
            attemptId: string;
            /**
             * @description sent: no answer yet. unknown: it may have arrived or not. accepted: by its word. confirmed: seen in its composite schedule or its report, or by its record.
             * @enum {unknown}
             */
            status: "sent" | "unknown" | "accepted" | "confirmed";
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            sentAt: string;
            answeredAt: string | null;
            /** @description From here on it can no longer be in force: a later one was confirmed, and cars had time to follow. */
            goneAt: string | null;
            /** @description Fruitless looks at the station's composite schedule, or at what it reports that it holds. */
            checks: number;
            lastCheckAt: string | null;
            /** @description It counts: neither surely replaced nor surely over. */
            mayBeInForce: boolean;
            /** @description The newest of its slot that the station took, while it lasts. */
            told: boolean;
            /** @description A per phase on the grid side; the first holds before its start too. */
            limits: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                from: string;
                limitA: number;
            }[];
            /** @description Null: without an end. */
            until: string | null;
            /** @description limits are one round of what repeats, before the first of them too. Null: they do not repeat. */
            repeats: ("daily" | "weekly") | null;
            /** @description How the limits were written. */
            form: {
                /** @enum {unknown} */
                kind: "Absolute" | "Recurring" | "Relative";
                /** @enum {unknown} */
                rateUnit: "A" | "W";
                /** @description Rounded down to whole amperes. */
                wholeAmperes: boolean;
                /** @description What a pause was written as. Null: as 0. */
                pauseA: number | null;
            };
            /** @description Of a station that is steered through its own profile: from here on it is what the station falls to by itself. Null: it steers nobody. */
            steersUntil: string | null;
            profile: components["schemas"]["ChargingProfile"];
        };
        /**
         * ProfileSlot
         * @description One place for a profile: what is sent there replaces what was there.
         */
        ProfileSlot: {
            /** @enum {unknown} */
            slot: "failsafe" | "transaction";
            /**
             * @description Of what was sent last; where nothing was, of what will be.
             * @enum {unknown}
             */
            purpose: "TxProfile" | "TxDefaultProfile" | "ChargingStationMaxProfile";
            /** @description 0: the whole station. */
            evseId: number;
            transactionId: (number | string) | null;
            sessionId: string | null;
            /** @description In a row. */
            refusals: number;
            lastRefusedAt: string | null;
            /** @description In a row. */
            unanswered: number;
            /** @description What may be written here before rises have to wait; what lowers never waits. */
            budget: {
                writes: number;
                writesMax: number;
                /** @description When there is one more. Null: there is no more to come. */
                nextAt: string | null;
            };
            /** @description Until when the station may have no failsafe at all, so that its EVSEs count at what their hardware can. Null: it has one, or this is not the failsafe. */
            missingUntil: string | "unknown" | null;
            /** @description All that it may hold, oldest first. */
            candidates: components["schemas"]["ProfileCandidate"][];
        };
        /**
         * EvseControl
         * @description Currents are A per phase on the grid side. obstacle: null where it can be steered.
         */
        EvseControl: {
            evseId: number;
            transactionId: (number | string) | null;
            sessionId: string | null;
            /** @description What it is told to keep to now. */
            limitA: number;
            /** @description The most that it may draw now, whatever messages may or may not have arrived. */
            mayDrawA: number;
            /** @description When that changes by itself, without another message. Null: not within two days. */
            mayDrawUntil: string | null;
            obstacle: {
                /** @enum {unknown} */
                is: "neverSeen" | "offline" | "notAccepted" | "disobeys" | "refuses" | "unauthorized" | "gone";
                sentence: string;
            } | null;
            /** @description What a car whose transaction is over may still draw while it follows. */
            lingering: {
                currentA: number;
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                until: string;
            } | null;
        };
        /** StationProfiles */
        StationProfiles: {
            siteId: string;
            stationId: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            at: string;
            /** @description The failsafe first, then one for each EVSE with a transaction. */
            slots: components["schemas"]["ProfileSlot"][];
            evses: components["schemas"]["EvseControl"][];
            /** @description What was learned of it, and then what is so now. */
            quirks: components["schemas"]["StationQuirk"][];
        };
        /**
         * KnownCapabilities
         * @description Null: not known; the most modest is used then.
         */
        KnownCapabilities: {
            siteId: string;
            stationId: string;
            ocppVersion: ("1.6" | "2.0.1" | "2.1") | null;
            rateUnits: ("A" | "W")[] | null;
            maxPeriods: number | null;
            maxStackLevel: number | null;
            maxProfilesInstalled: number | null;
            compositeSchedule: boolean | null;
            reportsProfiles: boolean | null;
            /** @description Of the profiles by which this service steers it. */
            purposes: string[];
            /**
             * @description This service never asks a station to charge on fewer phases than its car uses.
             * @constant
             */
            phaseSwitching: "notUsed";
            /** @description It was seen to do what it accepted: from then on its word is enough. */
            trusted: boolean;
            clock: {
                /** @description Something that it wrote told how its clock stands. */
                known: boolean;
                /** @description How far it was last seen to be off, either way. */
                offMs: number;
            };
            /** @description What it does by itself once it hears nothing. */
            offline: {
                /**
                 * @description hardware: it may have no failsafe, and then draws what its hardware can.
                 * @enum {unknown}
                 */
                fallsTo: "failsafe" | "hardware";
                /** @description That was proven, not only said. */
                confirmed: boolean;
            };
            quirks: components["schemas"]["StationQuirk"][];
        };
        /**
         * StationCapabilities
         * @description What the station can hold of charging profiles; a member left out stays as it is known. Of what is unknown the most modest is sent.
         */
        StationCapabilities: {
            rateUnits?: ("A" | "W")[] | "unknown";
            maxPeriods?: number | "unknown";
            maxStackLevel?: number | "unknown";
            maxProfilesInstalled?: number | "unknown";
            compositeSchedule?: boolean | "unknown";
        };
        /** Schedule */
        Schedule: {
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            start: string;
            durationS: number;
            /**
             * @description A: per phase. W: the total.
             * @enum {unknown}
             */
            rateUnit: "A" | "W";
            periods: {
                /** @description From start. */
                startPeriodS: number;
                limit: number | "unlimited";
                numberPhases?: number;
            }[];
        };
        /**
         * CompositeDifference
         * @description A per phase on the grid side.
         */
        CompositeDifference: {
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            from: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            to: string;
            computedA: number | "unlimited";
            reportedA: number | "unlimited";
        };
        /**
         * CompositeSchedule
         * @description computed: what the station was told last and took, in A per phase on the grid side. reported: what it says itself.
         */
        CompositeSchedule: {
            stationId: string;
            evseId: number;
            computed: components["schemas"]["Schedule"];
            reported: components["schemas"]["Schedule"] | {
                /** @description Why the station said nothing. */
                unavailable: string;
            };
            /** @description Where they differ by more than a station's rounding and its clock explain, at most 20. Empty where they are alike, and where nothing is reported. */
            differences: components["schemas"]["CompositeDifference"][];
        };
        /**
         * StationComposite
         * @description What the station says itself. Some mean what all their EVSEs may draw together, others only their own maximum.
         */
        StationComposite: {
            stationId: string;
            reported: components["schemas"]["Schedule"] | {
                /** @description Why the station said nothing. */
                unavailable: string;
            };
        };
        /** RemoteStart */
        RemoteStart: {
            idToken: string;
        };
        /** RemoteStartAnswer */
        RemoteStartAnswer: {
            /** @description The station's own word. */
            status: string;
            /** @description What became of the limit that the transaction was to begin with, where it was refused. */
            note?: string;
        };
        /** CommandAnswer */
        CommandAnswer: {
            /** @description The station's own word. */
            status: string;
        };
        /** Availability */
        Availability: {
            operative: boolean;
        };
        /** Trigger */
        Trigger: {
            /**
             * @description LogStatusNotification is DiagnosticsStatusNotification in OCPP 1.6; TransactionEvent is there from 2.0.1 on.
             * @enum {unknown}
             */
            message: "BootNotification" | "Heartbeat" | "MeterValues" | "StatusNotification" | "TransactionEvent" | "LogStatusNotification" | "FirmwareStatusNotification";
            /** @description Left out: the whole station. */
            evseId?: number;
        };
        /** Reset */
        Reset: {
            /**
             * @description Soft ends transactions in good order first.
             * @enum {unknown}
             */
            kind: "Soft" | "Hard";
        };
        /** PriorityCharging */
        PriorityCharging: {
            /** @description As on the wire: a number in OCPP 1.6. */
            transactionId: string;
            activate: boolean;
        };
        /** Configuration */
        Configuration: {
            keys: {
                key: string;
                value?: string;
                /** @description From OCPP 2.0.1 on known only where all were asked for: else always false. */
                readonly: boolean;
            }[];
            unknownKeys: string[];
        };
        /** Setting */
        Setting: {
            key: string;
            value: string;
        };
        /** InstalledSchedule */
        InstalledSchedule: {
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            start?: string;
            durationS?: number;
            /**
             * @description A: per phase. W: the total.
             * @enum {unknown}
             */
            rateUnit: "A" | "W";
            periods: {
                /** @description From the start. */
                startPeriodS: number;
                /** @description Left out: it has a setpoint instead (OCPP 2.1). */
                limit?: number;
                numberPhases?: number;
            }[];
        };
        /**
         * InstalledProfile
         * @description As the station reports it, whoever installed it.
         */
        InstalledProfile: {
            /** @description 0: the whole station. */
            evseId: number;
            /**
             * @description EMS: an energy management system. SO: the grid operator. CSO: the charging station operator. Other: somebody else.
             * @enum {unknown}
             */
            source: "EMS" | "SO" | "CSO" | "Other";
            profileId: number;
            stackLevel: number;
            purpose: string;
            kind: string;
            recurrency?: string;
            transactionId?: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            validFrom?: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            validTo?: string;
            schedules: components["schemas"]["InstalledSchedule"][];
        };
        /** InstalledProfiles */
        InstalledProfiles: {
            stationId: string;
            /** @description False: the station fell silent before it said that this is all. */
            complete: boolean;
            profiles: components["schemas"]["InstalledProfile"][];
        };
        /** StationMessage */
        StationMessage: {
            /** @description Ascends; numbers are left out. */
            seq: number;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            at: string;
            /** @enum {unknown} */
            direction: "fromStation" | "toStation";
            /**
             * @description send: a message of OCPP 2.1 that nobody answers. unreadable: no message of OCPP; its text is not kept.
             * @enum {unknown}
             */
            kind: "call" | "result" | "error" | "send" | "unreadable";
            messageId: string | null;
            action: string | null;
            /** @description Of a result, the status in it; of an error, its code. */
            status?: string;
            /** @description Of an answer: since its call. */
            tookMs?: number;
            /** @description As on the wire. */
            sizeBytes: number;
            /**
             * @description It was longer than what is kept: its end is missing.
             * @constant
             */
            cut?: true;
            payload: Record<string, never> | null;
        };
        /** StationMessages */
        StationMessages: {
            /** @description The identity that the station connects with. */
            stationId: string;
            /** @description To ask for what came after these. */
            cursor: string;
            /** @description There are later ones already. */
            more: boolean;
            /** @description False: a gateway did not answer, and its messages are missing. */
            complete: boolean;
            /** @description The newest last. */
            messages: components["schemas"]["StationMessage"][];
        };
        /** MessagesHandedOn */
        MessagesHandedOn: {
            /** @description A name of your count. Take another one where you begin to count anew. */
            epoch: string;
            items: {
                /** @description Counts up by 1, per station. */
                seq: number;
                /**
                 * Format: date-time
                 * @description When it came to you.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                at: string;
                action: string;
                /** @description A payload of OCPP, in the station's version, as it is on the wire. */
                payload: {
                    [key: string]: unknown;
                };
                /** @description What you answered. Needed of StartTransaction (OCPP 1.6): it holds the transactionId. */
                answer?: {
                    [key: string]: unknown;
                };
            }[];
        };
        /** MessagesTaken */
        MessagesTaken: {
            /** @description All up to here are taken. */
            ackedSeq: number;
            /** @description Where the next batch has to begin: nothing is taken beyond a gap. */
            expectedSeq: number;
            /** @description Taken, and not understood: sent again it would be refused again. */
            refused: {
                seq: number;
                detail: string;
            }[];
        };
        /** Credentials */
        Credentials: {
            /** @description What the station sends by HTTP Basic auth. Only a salted hash is kept. Left out: it stays as it is. */
            password?: string;
            /** @description The lowest OCPP security profile that it may connect with: 1 a password, 2 a password over TLS, 3 a client certificate. It rises by itself to the highest that the station has used, and falls only by being set here. */
            securityProfileMin?: number;
        };
        /**
         * StationCredentials
         * @description The secret itself is never answered.
         */
        StationCredentials: {
            /** @description The identity that the station connects with. */
            stationId: string;
            hasPassword: boolean;
            /** @description Passwords that it was sent and has not connected with. */
            passwordsPending: number;
            /** @description Null: it has never had credentials. */
            securityProfileMin: number | null;
            /** @description Null: it is not connected. */
            connectedWith: number | null;
        };
        /** KeyChangeAnswer */
        KeyChangeAnswer: {
            /** @description The station's own word. */
            status: string;
            credentials: components["schemas"]["StationCredentials"];
        };
        /** OnboardingOpening */
        OnboardingOpening: {
            /**
             * @description For so long, from now on.
             * @default 15
             */
            minutes?: number;
        };
        /** WaitingStation */
        WaitingStation: {
            /** @description The identity that the station connects with. */
            stationId: string;
            vendor: string | null;
            model: string | null;
            serialNumber: string | null;
            firmwareVersion: string | null;
            /** @description Where it connects from. */
            address: string;
            ocppVersion: string;
            securityProfile: number;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            since: string;
            /** @description It has shown who it is, and only lacks a site. */
            hasCredentials: boolean;
            /** @description Several claim to be it, with different passwords: it can not be taken in. */
            contested: boolean;
        };
        /** Onboarding */
        Onboarding: {
            /** @description Null: stations that nobody knows are refused. */
            openUntil: string | null;
            stations: components["schemas"]["WaitingStation"][];
        };
        /**
         * Adoption
         * @description The station as the site is to have it; its id is that of the address.
         */
        Adoption: {
            /** @description The site, as chosen by its owner. */
            siteId: string;
            /** @description What people call it; left out, its id. */
            name?: string;
            /** @description A circuit of the site. */
            circuitId: string;
            /**
             * @description What each EVSE falls to by itself, per phase: 0, or at least its currentMinA.
             * @default 0
             */
            failsafeA?: number;
            /** @description Hours of the site's local clock in which it falls to something else, such as the cheap ones of a night: by itself, also while this service is away. Over midnight where `to` is no later than `from`; they may not overlap. */
            failsafeHours?: {
                /** @example 22:00 */
                from: string;
                /** @example 22:00 */
                to: string;
                /** @description On which they begin. Left out: every day. */
                days?: ("MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU")[];
                /** @description Instead of failsafeA: 0, or at least the currentMinA of each EVSE. */
                limitA: number;
            }[];
            /**
             * @description How long a car may take to follow.
             * @default 5
             */
            reactionS?: number;
            /** @description Somebody else holds the connection of the station: a CSMS that hands on what it says and what it is told over /v1/delegation ("csms"), or an operator over OCPI ("ocpi"). Left out, the station connects to this service. */
            delegated?: components["schemas"]["DelegatedByCsms"] | components["schemas"]["DelegatedByOcpi"];
            evses: ({
                /** @description Counts from 1. */
                id: number;
                /** @constant */
                kind: "AC";
                /** @description The grid phases on the station's terminals, in the terminals' order. */
                phases: ("L1" | "L2" | "L3")[];
                /**
                 * @description The least it can offer besides 0.
                 * @default 6
                 */
                currentMinA?: number;
                /** @description What its hardware can draw, per phase. */
                currentMaxA: number;
                /**
                 * @description Phases that a car was seen not to use may be given to others.
                 * @default false
                 */
                trustLearnedPhases?: boolean;
                /** @description For supplies that are not phase to neutral (IT grids, 208 V): W that 1 A on every phase stands for. */
                wattsPerAmpere?: number;
            } | {
                /** @description Counts from 1. */
                id: number;
                /** @constant */
                kind: "DC";
                /** @description The grid phases on the station's terminals, in the terminals' order. */
                phases: ("L1" | "L2" | "L3")[];
                /** @description At the outlet. */
                powerMaxW: number;
                /** @description Power at the outlet over power from the grid. */
                efficiency: number;
            })[];
        };
        /** TariffSummary */
        TariffSummary: {
            /** @description A tariff. */
            tariffId: string;
            name: string | null;
            currency: string;
            timeZone: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            updatedAt: string;
            components: {
                id: string;
                kind: string;
            }[];
            pricesFrom: string | null;
            pricesTo: string | null;
            /** @description The sites that name it. */
            siteIds: string[];
        };
        /** TariffList */
        TariffList: {
            tariffs: components["schemas"]["TariffSummary"][];
        };
        /**
         * TariffValidity
         * @description Half-open; left out: without a beginning, or an end.
         */
        TariffValidity: {
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            from?: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            to?: string;
        };
        /**
         * TariffCalendar
         * @description All members given must hold. By the local clock of the tariff's zone.
         */
        TariffCalendar: {
            /** @description 1 is January. */
            months?: number[];
            /** @description HO: a holiday, which then is no weekday. */
            days?: ("MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU" | "HO")[];
            /** @description HH:MM, half-open. Where "to" is not after "from" it goes on past midnight. */
            hours?: {
                from: string;
                to: string;
            }[];
            /** @description YYYY-MM-DD, half-open. */
            dates?: {
                from: string;
                to: string;
            }[];
        };
        /** TariffComponent */
        TariffComponent: {
            /** @constant */
            kind: "priceSeries";
            /** @description What the bill calls it. */
            id: string;
            validity?: components["schemas"]["TariffValidity"];
            vatPercent?: number;
            /** @description Runs of consecutive intervals of one length. */
            prices?: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                start: string;
                /** @description PT15M, PT1H … */
                resolution: string;
                pricesPerKwh: number[];
            }[];
            /** @description Single intervals, in place of runs. */
            intervals?: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                start: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                end: string;
                pricePerKwh: number;
            }[];
            factor?: number;
            /** @description The first whose calendar holds. */
            markups?: {
                name?: string;
                when?: components["schemas"]["TariffCalendar"];
                pricePerKwh: number;
            }[];
            capPerKwh?: number;
        } | {
            /** @constant */
            kind: "timeOfUse";
            /** @description What the bill calls it. */
            id: string;
            validity?: components["schemas"]["TariffValidity"];
            vatPercent?: number;
            /** @description The first whose calendar holds. */
            rates: {
                name?: string;
                when?: components["schemas"]["TariffCalendar"];
                pricePerKwh: number;
            }[];
        } | {
            /** @constant */
            kind: "energyFee";
            /** @description What the bill calls it. */
            id: string;
            validity?: components["schemas"]["TariffValidity"];
            vatPercent?: number;
            pricePerKwh: number;
        } | {
            /** @constant */
            kind: "tax";
            /** @description What the bill calls it. */
            id: string;
            validity?: components["schemas"]["TariffValidity"];
            vatPercent?: number;
            pricePerKwh: number;
        } | {
            /** @constant */
            kind: "fixedFee";
            /** @description What the bill calls it. */
            id: string;
            validity?: components["schemas"]["TariffValidity"];
            vatPercent?: number;
            price: number;
            /** @enum {unknown} */
            per: "day" | "month" | "year";
            quantity?: number;
            unit?: string;
        } | {
            /** @constant */
            kind: "exportPrice";
            /** @description What the bill calls it. */
            id: string;
            validity?: components["schemas"]["TariffValidity"];
            vatPercent?: number;
            source: {
                /** @constant */
                kind: "series";
                /** @description Runs of consecutive intervals of one length. */
                prices?: {
                    /**
                     * Format: date-time
                     * @description ISO 8601 with an offset.
                     * @example 2026-01-14T14:20:00+01:00
                     */
                    start: string;
                    /** @description PT15M, PT1H … */
                    resolution: string;
                    pricesPerKwh: number[];
                }[];
                /** @description Single intervals, in place of runs. */
                intervals?: {
                    /**
                     * Format: date-time
                     * @description ISO 8601 with an offset.
                     * @example 2026-01-14T14:20:00+01:00
                     */
                    start: string;
                    /**
                     * Format: date-time
                     * @description ISO 8601 with an offset.
                     * @example 2026-01-14T14:20:00+01:00
                     */
                    end: string;
                    pricePerKwh: number;
                }[];
                factor?: number;
                /** @description The first whose calendar holds. */
                markups?: {
                    name?: string;
                    when?: components["schemas"]["TariffCalendar"];
                    pricePerKwh: number;
                }[];
            } | {
                /** @constant */
                kind: "rates";
                /** @description The first whose calendar holds. */
                rates: {
                    name?: string;
                    when?: components["schemas"]["TariffCalendar"];
                    pricePerKwh: number;
                }[];
            };
        } | {
            /** @constant */
            kind: "demandCharge";
            /** @description What the bill calls it. */
            id: string;
            validity?: components["schemas"]["TariffValidity"];
            vatPercent?: number;
            /** @enum {unknown} */
            sampleMinutes: 15 | 30 | 60;
            when?: components["schemas"]["TariffCalendar"];
            weights?: {
                when?: components["schemas"]["TariffCalendar"];
                weight: number;
            }[];
            /**
             * @description So many of the highest are averaged.
             * @default 1
             */
            peaks?: number;
            /**
             * @default none
             * @enum {unknown}
             */
            distinct?: "none" | "day" | "week" | "month";
            /** @default 1 */
            overMonths?: number;
            floorKw?: number;
            thresholdKw?: number;
            roundToKw?: number;
            memory?: {
                /** @constant */
                kind: "rollingMean";
                months: number;
            } | {
                /** @constant */
                kind: "ratchet";
                share: number;
                months: number;
            } | {
                /** @constant */
                kind: "previousMonth";
            };
            price: {
                /** @constant */
                kind: "perKw";
                /** @enum {unknown} */
                per: "month" | "year";
                rates: {
                    /** @description 1 is January. */
                    months?: number[];
                    pricePerKw: number;
                }[];
            } | {
                /** @constant */
                kind: "steps";
                steps: {
                    fromKw: number;
                    pricePerMonth: number;
                }[];
            };
            history?: {
                month: string;
                peakKw: number;
            }[];
        } | {
            /** @constant */
            kind: "sessionPrice";
            /** @description What the bill calls it. */
            id: string;
            validity?: components["schemas"]["TariffValidity"];
            vatPercent?: number;
            elements: {
                prices: {
                    /** @enum {unknown} */
                    dimension: "energy" | "time" | "parking" | "flat";
                    price: number;
                    vatPercent?: number;
                    /**
                     * @description Wh or s.
                     * @default 1
                     */
                    stepSize?: number;
                }[];
                restrictions?: {
                    when?: components["schemas"]["TariffCalendar"];
                    energyMinWh?: number;
                    energyMaxWh?: number;
                    currentMinA?: number;
                    currentMaxA?: number;
                    powerMinW?: number;
                    powerMaxW?: number;
                    durationMinS?: number;
                    durationMaxS?: number;
                    /** @enum {unknown} */
                    reservation?: "RESERVATION" | "RESERVATION_EXPIRES";
                };
            }[];
            minPrice?: number;
            maxPrice?: number;
        };
        /** Tariff */
        Tariff: {
            /** @description A tariff. */
            tariffId: string;
            /**
             * Format: date-time
             * @description Since when it is as it is; the same content again does not change it.
             */
            updatedAt: string;
            /** @description What a person should know about the document it was read from. */
            warnings: string[];
            name?: string;
            /**
             * @description ISO 4217.
             * @example SEK
             */
            currency: string;
            /**
             * @description IANA.
             * @example Europe/Stockholm
             */
            timeZone: string;
            validity?: components["schemas"]["TariffValidity"];
            /**
             * @description 25 means 25 %.
             * @default 0
             */
            vatPercent?: number;
            holidays?: {
                dates?: string[];
                yearly?: string[];
                /** @description Days from Easter Sunday. */
                easter?: number[];
            };
            components: components["schemas"]["TariffComponent"][];
        };
        /** TariffPrices */
        TariffPrices: {
            /** @description A tariff. */
            tariffId: string;
            currency: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            from: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            to: string;
            /** @description What a kWh from the grid costs. Neighbours of one price and source are merged. */
            import: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                start: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                end: string;
                /** @description All in, VAT included. */
                pricePerKwh: number;
                /**
                 * @description fallback: nothing is published for it; the last same weekday, or else the last day that has a price, stands in.
                 * @enum {unknown}
                 */
                source: "published" | "fallback";
            }[];
            /** @description What a kWh into the grid brings, as means of quarters of an hour, merged. */
            export: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                start: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                end: string;
                pricePerKwh: number;
            }[];
        };
        /**
         * SitePrices
         * @description All tariffs of the site together.
         */
        SitePrices: {
            /** @description The site, as chosen by its owner. */
            siteId: string;
            currency: string | null;
            tariffIds: string[];
            /** @description Named by the site and not there; they cost nothing until they are. */
            missing: string[];
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            from: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            to: string;
            /** @description What a kWh from the grid costs. Neighbours of one price and source are merged. */
            import: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                start: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                end: string;
                /** @description All in, VAT included. */
                pricePerKwh: number;
                /**
                 * @description fallback: nothing is published for it; the last same weekday, or else the last day that has a price, stands in.
                 * @enum {unknown}
                 */
                source: "published" | "fallback";
            }[];
            /** @description What a kWh into the grid brings, as means of quarters of an hour, merged. */
            export: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                start: string;
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                end: string;
                pricePerKwh: number;
            }[];
        };
        /** StoredUpstream */
        StoredUpstream: {
            /** @description The upstream, as chosen by its owner; part of the address that its stations connect to. */
            upstreamId: string;
            /** @description Where the CSMS takes stations, without their identity: wss://csms.example/ocpp */
            url: string;
            credentials: "passThrough" | {
                /** @description Absent: the identity of the station. */
                username?: string;
            };
            /** @description What becomes of a station whose CSMS is lost. close (the default): it is closed too, and comes again. hold: its messages wait for holdS while the CSMS is dialled again; then it is closed. island: from OCPP 2.0.1 on it is answered here for up to islandS, and the CSMS hears afterwards what it missed; others as close. */
            onLoss: "close" | "hold" | "island";
            /** @description For hold. Less than stations wait for an answer. Default 20. */
            holdS?: number;
            /** @description For island. Default 86400. */
            islandS?: number;
        };
        /** Upstream */
        Upstream: {
            /** @description Where the CSMS takes stations, without their identity: wss://csms.example/ocpp */
            url: string;
            /** @description passThrough (the default): what the station shows is shown to the CSMS, which decides. Else the station is checked here, by its credentials, and comes to the CSMS with these. */
            credentials?: "passThrough" | {
                /** @description Absent: the identity of the station. */
                username?: string;
                /** @description Never answered. Absent: as it was. */
                password?: string;
            };
            /** @description What becomes of a station whose CSMS is lost. close (the default): it is closed too, and comes again. hold: its messages wait for holdS while the CSMS is dialled again; then it is closed. island: from OCPP 2.0.1 on it is answered here for up to islandS, and the CSMS hears afterwards what it missed; others as close. */
            onLoss?: "close" | "hold" | "island";
            /** @description For hold. Less than stations wait for an answer. Default 20. */
            holdS?: number;
            /** @description For island. Default 86400. */
            islandS?: number;
        };
        /** HistoryPeriod */
        HistoryPeriod: {
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            start: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            end: string;
            importWh: number | null;
            exportWh: number | null;
            /** @description Of the cars, on the grid side. */
            carsWh: number | null;
            /** @description Import less export less cars. Negative where the site made more than it took. */
            buildingWh: number | null;
            /** @description Mean import of the highest quarter of an hour. */
            peakQuarterW: number | null;
            peakQuarterAt: string | null;
            /** @description Mean import of the highest hour of the clock. Null in quarters of an hour. */
            peakHourW: number | null;
            peakHourAt: string | null;
            /** @description For how much of the time that is over anything is known. */
            knownShare: number;
            /** @description For how much of it the meter of the grid connection was heard; of the rest only the cars are known. */
            meteredShare: number;
        };
        /**
         * History
         * @description From the first period on of which anything is known.
         */
        History: {
            /** @description The site, as chosen by its owner. */
            siteId: string;
            timeZone: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            from: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            to: string;
            resolution: string;
            periods: components["schemas"]["HistoryPeriod"][];
        };
        /** HistorySession */
        HistorySession: {
            sessionId: string;
            stationId: string;
            evseId: number;
            idToken: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            start: string;
            /** @description Null while it is open. */
            end: string | null;
            /** @description At the outlet. */
            energyWh: number;
            /** @description On the grid side: what is paid for. */
            gridEnergyWh: number;
            /** @description What the energy cost at the prices of the time it was taken, VAT included, without demand charges and fixed fees. Null without tariffs, or where there is no price. */
            cost: number | null;
            /** @description The same for full power from its arrival. */
            uncontrolledCost: number | null;
            currency: string | null;
        };
        /**
         * HistorySessions
         * @description Those that began in the span, the earliest first.
         */
        HistorySessions: {
            /** @description The site, as chosen by its owner. */
            siteId: string;
            timeZone: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            from: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            to: string;
            sessions: components["schemas"]["HistorySession"][];
        };
        /** HistoryMonth */
        HistoryMonth: {
            /** @description YYYY-MM. */
            month: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            start: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            end: string;
            importWh: number | null;
            exportWh: number | null;
            /** @description Of the cars, on the grid side. */
            carsWh: number | null;
            /** @description Import less export less cars. Negative where the site made more than it took. */
            buildingWh: number | null;
            /** @description Mean import of the highest quarter of an hour. */
            peakQuarterW: number | null;
            peakQuarterAt: string | null;
            /** @description Mean import of the highest hour of the clock. Null in quarters of an hour. */
            peakHourW: number | null;
            peakHourAt: string | null;
            /** @description For how much of the time that is over anything is known. */
            knownShare: number;
            /** @description For how much of it the meter of the grid connection was heard; of the rest only the cars are known. */
            meteredShare: number;
            currency: string | null;
            /** @description As billed. Null without tariffs, or where energy has no price. */
            cost: number | null;
            /** @description With everyone at full power on arrival. */
            uncontrolledCost: number | null;
            /** @description uncontrolledCost less cost. */
            saving: number | null;
        };
        /** HistoryMonths */
        HistoryMonths: {
            /** @description The site, as chosen by its owner. */
            siteId: string;
            timeZone: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            from: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            to: string;
            months: components["schemas"]["HistoryMonth"][];
        };
        /** BillLine */
        BillLine: {
            tariff: string | null;
            /** @description YYYY-MM, of the tariff's calendar. */
            month: string;
            component: string;
            kind: string;
            quantity: number;
            unit: string;
            /** @description Per unit, without VAT: that is a line of its own. */
            price: number;
            /** @description quantity × price, or as near as the price is a mean. */
            amount: number;
        };
        /** BilledPeak */
        BilledPeak: {
            tariff: string | null;
            month: string;
            component: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            start: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            end: string;
            /** @description As measured. */
            powerKw: number;
            /** @description What it is ranked by. */
            weightedKw: number;
            /** @description Is one of those that are averaged; the others stand for comparison. */
            counted: boolean;
        };
        /**
         * UncontrolledBill
         * @description With everyone at full power on arrival, by the same tariffs.
         */
        UncontrolledBill: {
            /** @description VAT included. */
            total: number;
            /** @description Half up to the currency's smallest unit. */
            totalRounded: number;
            lines: components["schemas"]["BillLine"][];
            peaks: components["schemas"]["BilledPeak"][];
            /** @description Cars that would have charged in this time. */
            sessions: number;
            carsWh: number;
            peakQuarterW: number | null;
            peakQuarterAt: string | null;
            /** @description The most loaded phase of the grid connection, had no fuse limited anything. */
            connection: {
                /**
                 * @description A phase of the grid.
                 * @enum {unknown}
                 */
                phase: "L1" | "L2" | "L3";
                limitA: number;
                peakA: number;
                peakAt: string | null;
                /** @description By how much the limit would have been exceeded; 0: it would have held. */
                excessA: number;
                /** @description Quarters of an hour with such a moment. */
                quartersExceeded: number;
            };
        };
        /** SiteBill */
        SiteBill: {
            /** @description The site, as chosen by its owner. */
            siteId: string;
            timeZone: string;
            /** @description YYYY-MM, of the site's calendar. */
            month: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            start: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            end: string;
            /** @description False of a month that runs: it is billed to `end`. */
            complete: boolean;
            currency: string;
            /** @description VAT included. */
            total: number;
            /** @description Half up to the currency's smallest unit. */
            totalRounded: number;
            lines: components["schemas"]["BillLine"][];
            peaks: components["schemas"]["BilledPeak"][];
            /** @description What is left out, and what was estimated. */
            notes: string[];
            energy: components["schemas"]["HistoryPeriod"];
            uncontrolled: components["schemas"]["UncontrolledBill"];
            /** @description What that would have cost more. */
            saving: number;
        };
        /** ProblemCircuit */
        ProblemCircuit: {
            /** @description Chosen by the caller. */
            id: string;
            parentId: string | null;
            /** @description What the cars may take per phase: the load of everything else already taken off. */
            limitA: {
                /** @description A, or "unlimited". One number for every slot, or a list with one per slot. */
                L1: number | number[] | "unlimited";
                /** @description A, or "unlimited". One number for every slot, or a list with one per slot. */
                L2: number | number[] | "unlimited";
                /** @description A, or "unlimited". One number for every slot, or a list with one per slot. */
                L3: number | number[] | "unlimited";
            };
            /** @description W that the cars may take together. One number for every slot, or a list with one per slot. */
            powerLimitW?: number | number[];
        };
        /** ProblemSession */
        ProblemSession: {
            /** @description Chosen by the caller. */
            id: string;
            /** @description A circuit of the problem. */
            circuitId: string;
            /** @description The grid phases it loads; it draws the same current on each. */
            phases: ("L1" | "L2" | "L3")[];
            /** @description Phase to neutral; power in W is currentA * voltageV * phases.length. */
            voltageV: number;
            /** @description Per slot it gets 0, or between this and currentMaxA. */
            currentMinA: number;
            /** @description 0, or at least currentMinA. One number for every slot, or a list with one per slot. */
            currentMaxA: number | number[];
            /** @description It charges only in slots that lie wholly after it. Epoch milliseconds. */
            arrivalMs?: number;
            /** @description It charges only in slots that lie wholly before it. Epoch milliseconds. */
            departureMs?: number;
            /** @description Wanted by departure, never exceeded. */
            energyWh: number;
            /** @description What a kWh not delivered costs: the priority. */
            shortfallPricePerKwh: number;
            /**
             * @description Its share under fair division.
             * @default 1
             */
            weight?: number;
            /** @description Set aside for it, whatever it is planned to draw: its load counts as the larger of the two. One number for every slot, or a list with one per slot. */
            reservedA?: number | number[];
            /** @description Given before others are raised, under fair division only. One number for every slot, or a list with one per slot. */
            promisedA?: number | number[];
            /** @description Whether it was being given current just before the first slot; leave it out if it never was. */
            lastSwitch?: {
                on: boolean;
                /** @description Since when. Epoch milliseconds. */
                atMs: number;
            };
        };
        /**
         * DemandCharge
         * @description A price on the largest mean power.
         */
        DemandCharge: {
            /** @description A circuit of the problem. */
            circuitId: string;
            /** @description On the peak above peakSoFarKw. */
            pricePerKw: number;
            peakSoFarKw: number;
            /** @description What the building takes here. One number for every slot, or a list with one per slot. */
            baseLoadKw?: number | number[];
            /** @description How much a slot counts. One number for every slot, or a list with one per slot. */
            weight?: number | number[];
            /** @description Peaks are means over windows that begin at its multiples since the epoch. Default: each slot. */
            windowMs?: number;
            /** @description Taken before the first slot in the window that runs then. */
            windowSoFarKwh?: number;
            /** @description Counted are the slots from the first to before the second. Default: all. */
            slots?: number[];
        };
        /** OptimizeOptions */
        OptimizeOptions: {
            /**
             * @description A plan this close to the proven bound, relative to it, counts as optimal.
             * @default 0.001
             */
            gap?: number;
            /**
             * @description After this long the best plan found is answered; the first plan is always finished.
             * @default 5000
             */
            timeLimitMs?: number;
            /**
             * @description "relax" reads every currentMinA as 0.
             * @default respect
             * @enum {unknown}
             */
            minimumCurrent?: "respect" | "relax";
        };
        /**
         * ChargingProblem
         * @description Which car should draw what, when. Nothing of it is stored. Money is in any one currency.
         */
        ChargingProblem: {
            /** @description Ascending. */
            boundariesMs: number[];
            /** @description A tree: exactly one has parentId null. */
            circuits: components["schemas"]["ProblemCircuit"][];
            sessions: components["schemas"]["ProblemSession"][];
            /** @description One for each slot. */
            energyPricePerKwh: number[];
            demandCharges?: components["schemas"]["DemandCharge"][];
            options?: components["schemas"]["OptimizeOptions"];
        };
        /**
         * PlanLimitedBy
         * @description What keeps it from more; where several hold, the first of this list.
         */
        PlanLimitedBy: {
            /** @constant */
            by: "absent";
        } | {
            /** @constant */
            by: "energy";
        } | {
            /** @constant */
            by: "evse";
        } | {
            /** @constant */
            by: "minimumCurrent";
        } | {
            /** @constant */
            by: "circuit";
            /** @description A circuit of the problem. */
            circuitId: string;
            /**
             * @description A phase of the grid.
             * @enum {unknown}
             */
            phase: "L1" | "L2" | "L3";
        } | {
            /** @constant */
            by: "powerLimit";
            /** @description A circuit of the problem. */
            circuitId: string;
        } | {
            /** @constant */
            by: "demandCharge";
        } | {
            /** @constant */
            by: "price";
        };
        /** ChargingPlan */
        ChargingPlan: {
            /**
             * @description optimal: within options.gap of the bound.
             * @enum {unknown}
             */
            status: "optimal" | "feasible";
            /** @description Per session, in the problem's order, and slot. */
            currentA: number[][];
            energyWh: number[];
            shortfallWh: number[];
            cost: {
                energy: number;
                demand: number;
                shortfall: number;
                total: number;
            };
            /** @description No plan of the problem with every currentMinA read as 0 costs less. */
            lowerBound: number;
            /** @description (cost.total - lowerBound) / max(0.01, |lowerBound|). */
            gap: number;
            /** @description The same for the best plan found with every currentMinA read as 0. */
            relaxedGap: number;
            /** @description Per session and slot. */
            limitedBy: components["schemas"]["PlanLimitedBy"][][];
        };
        /** OscpBlock */
        OscpBlock: {
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            from: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            to: string;
            capacity: number;
            /** @enum {unknown} */
            unit: "A" | "W" | "KW" | "WH" | "KWH";
            /** @enum {unknown} */
            phase: "UNKNOWN" | "ONE" | "TWO" | "THREE" | "ALL";
        };
        /** StoredOscpProvider */
        StoredOscpProvider: {
            /** @description The other side, as its owner calls it. Its limits belong to the grid event oscp.{providerId}. */
            providerId: string;
            organisationId: string;
            /** @description The site, as chosen by its owner. */
            siteId: string;
            /** @description The circuit that the group is: its forecasts limit all that flows there. */
            circuitId: string;
            /** @description group_id, as the other side calls the circuit. */
            groupId: string;
            /**
             * @description What the other side is. To the first two Evenkeel is a flexibility provider, to the last its capacity optimizer.
             * @enum {unknown}
             */
            role: "capacityProvider" | "capacityOptimizer" | "flexibilityProvider";
            name: string;
            /** @description An absolute URL. */
            publicUrl: string;
            /** @description An absolute URL. */
            versionUrl?: string;
            /** @description What the other side is given as our base URL. */
            baseUrl: string;
            /** @description Only in the answer in which it is made. */
            tokenA?: string;
            heartbeatS: number;
            measurementS: number;
            /** @description What the circuit may take where there is neither a forecast nor a fallback for that time. */
            contract?: {
                /** @description A per phase. */
                limitA?: {
                    L1: number;
                    L2: number;
                    L3: number;
                };
                /** @description W, all phases together. */
                powerLimitW?: number;
            };
            /** @description The grid event of the site that its limits belong to. */
            eventId: string;
            /** @enum {unknown} */
            status: "waiting" | "offered" | "answering" | "registered" | "left";
            /**
             * @description away: its fallback holds.
             * @enum {unknown}
             */
            connection: "online" | "away" | "notYet";
            heardAt: string | null;
            offlineModeAt: string | null;
            wants: {
                heartbeatIntervalS?: number;
                measurements: ("CONTINUOUS" | "INTERMITTENT")[];
            } | null;
            /** @description CONSUMPTION and FALLBACK_CONSUMPTION limit; the others are shown only. */
            forecasts: {
                /** @enum {unknown} */
                type: "CONSUMPTION" | "GENERATION" | "FALLBACK_CONSUMPTION" | "FALLBACK_GENERATION" | "OPTIMUM";
                /** @description The first 500, ascending. */
                blocks: components["schemas"]["OscpBlock"][];
            }[];
            /** @description What a person should know, the newest last. */
            notes: string[];
        };
        /** OscpProviderList */
        OscpProviderList: {
            providers: components["schemas"]["StoredOscpProvider"][];
        };
        /**
         * OscpProvider
         * @description Another side of OSCP 2.0, and the circuit that it limits.
         */
        OscpProvider: {
            /** @description The site, as chosen by its owner. */
            siteId: string;
            /** @description The circuit that the group is: its forecasts limit all that flows there. */
            circuitId: string;
            /** @description group_id, as the other side calls the circuit. */
            groupId: string;
            /**
             * @description What the other side is. To the first two Evenkeel is a flexibility provider, to the last its capacity optimizer.
             * @default capacityProvider
             * @enum {unknown}
             */
            role?: "capacityProvider" | "capacityOptimizer" | "flexibilityProvider";
            /** @description For people. Default: its id. */
            name?: string;
            /** @description Base URL of OSCP 2.0 at the other side, where we register. Absent: the other side registers with us. */
            versionUrl?: string;
            /** @description Agreed on by hand, for the registration only. With versionUrl: what the other side gave us. Else what we give it; without, one is made and answered once. */
            tokenA?: string;
            /** @description Where the other side reaches this service. Default: EVENKEEL_PUBLIC_URL, else the address of this very request. */
            publicUrl?: string;
            /**
             * @description How often it is to be heard.
             * @default 60
             */
            heartbeatS?: number;
            /**
             * @description How often it is told what was measured, if it asks for that.
             * @default 900
             */
            measurementS?: number;
            /** @description What the circuit may take where there is neither a forecast nor a fallback for that time. */
            contract?: {
                /** @description A per phase. */
                limitA?: {
                    L1: number;
                    L2: number;
                    L3: number;
                };
                /** @description W, all phases together. */
                powerLimitW?: number;
            };
        };
        /**
         * OscpAdjustment
         * @description Capacities that the other side is asked for. What holds is what it then forecasts.
         */
        OscpAdjustment: {
            blocks: components["schemas"]["OscpBlock"][];
        };
        /** OscpAdjustmentAnswer */
        OscpAdjustmentAnswer: {
            requestId: string;
        };
        /** StoredOpenAdrVen */
        StoredOpenAdrVen: {
            /** @description The VEN, as its owner calls it. Its limits belong to the grid event openadr.{venId}. */
            venId: string;
            organisationId: string;
            /** @description The site, as chosen by its owner. */
            siteId: string;
            /** @description What the events limit. Default: the grid connection. */
            circuitId?: string;
            /** @description Base URL of the VTN, such as https://vtn.example/openadr3/3.1.0. */
            vtnUrl: string;
            clientId: string;
            /** @description A tariff. */
            tariffId?: string;
            /** @description Unique at the VTN; also the clientName of reports and subscriptions. Default: the id. */
            venName: string;
            /** @description What reports are of. Default: the id of the site. */
            resourceName: string;
            /** @description None: all. */
            programs: string[];
            /** @description Asked for beside those that the VTN has granted to the VEN and its resource. */
            targets: string[];
            /**
             * @description auto: as the VTN has it.
             * @enum {unknown}
             */
            version: "3.0" | "3.1" | "auto";
            /** @description How often the VTN is asked, about. */
            pollS: number;
            /** @description What the cars may take of the circuit's power at the levels 1, 2 and 3 of SIMPLE. */
            simplePercent: number[];
            /** @description The VTN is asked to call this service when something changes. */
            webhook: boolean;
            /** @description Where the VTN reaches this service. Default: EVENKEEL_PUBLIC_URL. */
            publicUrl: string;
            /**
             * @description lost: what was known holds.
             * @enum {unknown}
             */
            connection: "connecting" | "connected" | "lost";
            spokenVersion: ("3.0" | "3.1") | null;
            listedAt: string | null;
            /** @description The grid event of the site that its limits belong to. */
            eventId: string;
            events: {
                id: string;
                programId: string;
                name: string | null;
                problem: string | null;
                notes: string[];
            }[];
            /** @description What a person should know, the newest last. */
            notes: string[];
        };
        /** OpenAdrVenList */
        OpenAdrVenList: {
            vens: components["schemas"]["StoredOpenAdrVen"][];
        };
        /**
         * OpenAdrVen
         * @description A VEN of OpenADR 3.0 or 3.1: a VTN, and the circuit that its events limit.
         */
        OpenAdrVen: {
            /** @description The site, as chosen by its owner. */
            siteId: string;
            /** @description What the events limit. Default: the grid connection. */
            circuitId?: string;
            /** @description Base URL of the VTN, such as https://vtn.example/openadr3/3.1.0. */
            vtnUrl: string;
            clientId: string;
            /** @description Never shown. Absent: the one before is kept. */
            clientSecret?: string;
            /** @description Laid over with the prices of PRICE and EXPORT_PRICE events. */
            tariffId?: string;
            /** @description Unique at the VTN; also the clientName of reports and subscriptions. Default: the id. */
            venName?: string;
            /** @description What reports are of. Default: the id of the site. */
            resourceName?: string;
            /** @description None: all. */
            programs?: string[];
            /** @description Asked for beside those that the VTN has granted to the VEN and its resource. */
            targets?: string[];
            /**
             * @description auto: as the VTN has it.
             * @default auto
             * @enum {unknown}
             */
            version?: "3.0" | "3.1" | "auto";
            /**
             * @description How often the VTN is asked, about.
             * @default 45
             */
            pollS?: number;
            /**
             * @description What the cars may take of the circuit's power at the levels 1, 2 and 3 of SIMPLE.
             * @default [
             *       75,
             *       50,
             *       25
             *     ]
             */
            simplePercent?: number[];
            /**
             * @description The VTN is asked to call this service when something changes.
             * @default false
             */
            webhook?: boolean;
            /** @description Where the VTN reaches this service. Default: EVENKEEL_PUBLIC_URL. */
            publicUrl?: string;
        };
        /** OcpiPeerEvse */
        OcpiPeerEvse: {
            /** @description The identity that the station connects with. */
            stationId: string;
            /** @description Counts from 1. */
            evseId: number;
            locationId: string;
            /** @description The operator's uid of the EVSE. */
            evseUid: string;
        };
        /** OcpiPeer */
        OcpiPeer: {
            /** @description The operator, as chosen here. */
            peerId: string;
            /** @description Where its versions are. Left out: it begins, and says so itself. */
            versionsUrl?: string;
            /** @description As whom this service speaks with it. */
            countryCode: string;
            /** @description As whom this service speaks with it. */
            partyId: string;
            /** @default Evenkeel */
            name?: string;
            /**
             * @description base64Newline: the operator encodes a newline with its token. raw: it encodes nothing.
             * @default base64
             * @enum {unknown}
             */
            tokenEncoding?: "base64" | "base64Newline" | "raw";
            /**
             * @description What its stations fall to where no profile of a session holds. failsafe: it is agreed with the operator that this is failsafeA of each station. unknown: they count at what their hardware can.
             * @default unknown
             * @enum {unknown}
             */
            stationDefault?: "failsafe" | "unknown";
            /**
             * @description The most periods in a profile.
             * @default 10
             */
            periodsMax?: number;
            /** @description IANA; of the tariffs that it pushes. */
            timeZone?: string;
            /** @default [] */
            stations?: components["schemas"]["OcpiPeerEvse"][];
            /** @enum {unknown} */
            status: "registered" | "unregistered";
            /** @description Why the last attempt to register, or to change tokens, came to nothing. */
            problem?: string;
            version?: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            registeredAt?: string;
            parties?: {
                role: string;
                countryCode: string;
                partyId: string;
                name: string;
            }[];
            endpoints?: {
                identifier: string;
                role: string;
                url: string;
            }[];
            /** @description What the operator is to be given, where it begins. */
            ownVersionsUrl: string;
        };
        /** OcpiPeerUpload */
        OcpiPeerUpload: {
            /** @description Where its versions are. Left out: it begins, and says so itself. */
            versionsUrl?: string;
            /** @description As whom this service speaks with it. */
            countryCode: string;
            /** @description As whom this service speaks with it. */
            partyId: string;
            /** @default Evenkeel */
            name?: string;
            /**
             * @description base64Newline: the operator encodes a newline with its token. raw: it encodes nothing.
             * @default base64
             * @enum {unknown}
             */
            tokenEncoding?: "base64" | "base64Newline" | "raw";
            /**
             * @description What its stations fall to where no profile of a session holds. failsafe: it is agreed with the operator that this is failsafeA of each station. unknown: they count at what their hardware can.
             * @default unknown
             * @enum {unknown}
             */
            stationDefault?: "failsafe" | "unknown";
            /**
             * @description The most periods in a profile.
             * @default 10
             */
            periodsMax?: number;
            /** @description IANA; of the tariffs that it pushes. */
            timeZone?: string;
            /** @default [] */
            stations?: components["schemas"]["OcpiPeerEvse"][];
            /** @description TOKEN_A, as the operator gave it. With it the registration is begun at once, where there is none. It is not kept. */
            tokenA?: string;
        };
        /** OcpiProposal */
        OcpiProposal: {
            locationId: string;
            locationName: string;
            evseUid: string;
            /** @description As it is printed on the station. */
            evseId?: string;
            status: string;
            /** @enum {unknown} */
            kind: "AC" | "DC";
            phaseCount: number;
            currentMaxA?: number;
            powerMaxW?: number;
            /** @description It says that it can be steered this way. */
            takesProfiles: boolean;
        };
        /** SignIn */
        SignIn: {
            email: string;
            password: string;
        };
        /** Me */
        Me: {
            /** @enum {unknown} */
            kind: "user" | "key";
            /** @description Made by the service. */
            id: string;
            name: string;
            email: string | null;
            /**
             * @description admin: the whole installation. owner: everything of the organisation. provider: tariffs and grid events, no cars. integrator: sites and stations. viewer: looks only.
             * @enum {unknown}
             */
            role: "admin" | "owner" | "provider" | "integrator" | "viewer";
            /** @description The organisation. */
            organisationId: string;
            organisationName: string;
            siteIds: string[] | null;
        };
        /** PasswordChange */
        PasswordChange: {
            currentPassword: string;
            /** @description At least 12 characters of any kind. Kept as a salted scrypt hash. */
            newPassword: string;
        };
        /** SignInMethods */
        SignInMethods: {
            /** @constant */
            password: true;
            oidc?: {
                /** @description Of the provider, as people know it. */
                name: string;
                /** @description Where a browser is to go. ?to=/path leads there afterwards. */
                url: string;
            };
        };
        /** User */
        User: {
            /** @description Made by the service. */
            userId: string;
            email: string;
            name: string;
            /**
             * @description admin: the whole installation. owner: everything of the organisation. provider: tariffs and grid events, no cars. integrator: sites and stations. viewer: looks only.
             * @enum {unknown}
             */
            role: "admin" | "owner" | "provider" | "integrator" | "viewer";
            /** @description The organisation. */
            organisationId: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            createdAt: string;
        };
        /** UserList */
        UserList: {
            users: components["schemas"]["User"][];
        };
        /**
         * NewUser
         * @description Without organisationId: of the caller's own.
         */
        NewUser: {
            /** @description Upper and lower case are the same. */
            email: string;
            name?: string;
            /**
             * @description admin: the whole installation. owner: everything of the organisation. provider: tariffs and grid events, no cars. integrator: sites and stations. viewer: looks only.
             * @enum {unknown}
             */
            role: "admin" | "owner" | "provider" | "integrator" | "viewer";
            /** @description At least 12 characters of any kind. Kept as a salted scrypt hash. */
            password: string;
            /** @description The organisation. */
            organisationId?: string;
        };
        /**
         * UserChange
         * @description With another role or a password, the user is signed out everywhere.
         */
        UserChange: {
            /** @description Upper and lower case are the same. */
            email: string;
            name?: string;
            /**
             * @description admin: the whole installation. owner: everything of the organisation. provider: tariffs and grid events, no cars. integrator: sites and stations. viewer: looks only.
             * @enum {unknown}
             */
            role: "admin" | "owner" | "provider" | "integrator" | "viewer";
            /** @description At least 12 characters of any kind. Kept as a salted scrypt hash. */
            password?: string;
        };
        /**
         * Key
         * @description The secret itself is told once.
         */
        Key: {
            /** @description Made by the service. */
            keyId: string;
            name: string;
            /**
             * @description admin: the whole installation. owner: everything of the organisation. provider: tariffs and grid events, no cars. integrator: sites and stations. viewer: looks only.
             * @enum {unknown}
             */
            role: "admin" | "owner" | "provider" | "integrator" | "viewer";
            /** @description The organisation. */
            organisationId: string;
            siteIds: string[] | null;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            createdAt: string;
            expiresAt: string | null;
            lastUsedAt: string | null;
            revokedAt: string | null;
        };
        /** KeyList */
        KeyList: {
            keys: components["schemas"]["Key"][];
        };
        /** NewKey */
        NewKey: {
            /** @description What it is for. */
            name: string;
            /**
             * @description admin: the whole installation. owner: everything of the organisation. provider: tariffs and grid events, no cars. integrator: sites and stations. viewer: looks only.
             * @enum {unknown}
             */
            role: "admin" | "owner" | "provider" | "integrator" | "viewer";
            /** @description Only these sites and their stations. Left out: all of the organisation. */
            siteIds?: string[];
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            expiresAt?: string;
            /** @description The organisation. */
            organisationId?: string;
        };
        /** MadeKey */
        MadeKey: {
            /** @description Made by the service. */
            keyId: string;
            name: string;
            /**
             * @description admin: the whole installation. owner: everything of the organisation. provider: tariffs and grid events, no cars. integrator: sites and stations. viewer: looks only.
             * @enum {unknown}
             */
            role: "admin" | "owner" | "provider" | "integrator" | "viewer";
            /** @description The organisation. */
            organisationId: string;
            siteIds: string[] | null;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            createdAt: string;
            expiresAt: string | null;
            lastUsedAt: string | null;
            revokedAt: string | null;
            /** @description The secret: told now, and never again. */
            key: string;
        };
        /** KeyRotation */
        KeyRotation: {
            /**
             * @description For so long the old secret is taken too.
             * @default 86400
             */
            overlapS?: number;
        };
        /** RotatedKey */
        RotatedKey: {
            /** @description Made by the service. */
            keyId: string;
            name: string;
            /**
             * @description admin: the whole installation. owner: everything of the organisation. provider: tariffs and grid events, no cars. integrator: sites and stations. viewer: looks only.
             * @enum {unknown}
             */
            role: "admin" | "owner" | "provider" | "integrator" | "viewer";
            /** @description The organisation. */
            organisationId: string;
            siteIds: string[] | null;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            createdAt: string;
            expiresAt: string | null;
            lastUsedAt: string | null;
            revokedAt: string | null;
            /** @description The new secret. */
            key: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            oldKeyExpiresAt: string;
        };
        /** Organisation */
        Organisation: {
            /** @description The organisation. */
            organisationId: string;
            name: string;
        };
        /** OrganisationList */
        OrganisationList: {
            organisations: components["schemas"]["Organisation"][];
        };
        /** OrganisationChange */
        OrganisationChange: {
            name: string;
        };
        /** AuditEntry */
        AuditEntry: {
            entryId: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            at: string;
            /** @description The organisation. */
            organisationId: string;
            siteId: string | null;
            actor: {
                /** @enum {unknown} */
                kind: "user" | "key";
                id: string;
                name: string;
            };
            /** @description The operationId of what was called. */
            action: string;
            /** @description The address that was called. */
            target: string;
            /**
             * @description failed: it was answered with the problem in `after`, and may have been done in part. unknown: the service stopped, or could not write any more, before it could tell; the change itself is written whole or not at all, together with this entry.
             * @enum {unknown}
             */
            outcome: "made" | "failed" | "unknown";
            /** @description What differs; null: nothing was there. Passwords, keys and tokens are hidden. */
            before: unknown;
            /** @description What differs; null: it is gone. */
            after: unknown;
            /** @description Of a command, and where the outcome is not made: what was sent along. */
            asked: unknown;
        };
        /** AuditList */
        AuditList: {
            entries: components["schemas"]["AuditEntry"][];
            next: string | null;
        };
        /** FailedReplans */
        FailedReplans: {
            failed: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
                /** @description What woke the site: `tariff`, `horizon` or `api`. */
                why: string;
                attempts: number;
                /** @description Of the last attempt. */
                reason: string;
                /** Format: date-time */
                failedAt: string;
            }[];
        };
        /** Webhook */
        Webhook: {
            /** @description Made by the service. */
            webhookId: string;
            organisationId: string;
            url: string;
            events: string[];
            siteIds: string[] | null;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            createdAt: string;
            disabled: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                since: string;
                reason: string;
            } | null;
            /** @description Those that sign, the newest first. */
            secrets: {
                /** @description How it ends. */
                hint: string;
                expiresAt: string | null;
            }[];
        };
        /** WebhookList */
        WebhookList: {
            webhooks: components["schemas"]["Webhook"][];
        };
        /** WebhookTerms */
        WebhookTerms: {
            /** @description Is called with POST. https only, and no private network, unless the operator allows it. */
            url: string;
            /** @description Of each it is also told when that is over. */
            events: ("station.uncontrollable" | "limit.exceeded" | "departure.at_risk" | "tariff.missing_tomorrow" | "service.degraded" | "delegation.command")[];
            /** @description Only of these sites. Left out: of all of the organisation, and what is of no site. */
            siteIds?: string[];
        };
        /** MadeWebhook */
        MadeWebhook: {
            /** @description Made by the service. */
            webhookId: string;
            organisationId: string;
            url: string;
            events: string[];
            siteIds: string[] | null;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            createdAt: string;
            disabled: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                since: string;
                reason: string;
            } | null;
            /** @description Those that sign, the newest first. */
            secrets: {
                /** @description How it ends. */
                hint: string;
                expiresAt: string | null;
            }[];
            /** @description whsec_…: told now, and never again. */
            secret: string;
        };
        /** SecretRotation */
        SecretRotation: {
            /**
             * @description For so long messages carry a signature by the old secret too.
             * @default 86400
             */
            overlapS?: number;
        };
        /** WebhookTest */
        WebhookTest: {
            /** @description The webhook-id it is sent with. */
            messageId: string;
        };
        /** WebhookDelivery */
        WebhookDelivery: {
            /** @description The webhook-id: the same at every attempt. */
            messageId: string;
            type: string;
            /**
             * @description failed: given up. expired: its time was over. dropped: too many waited, or the webhook was disabled.
             * @enum {unknown}
             */
            state: "waiting" | "delivered" | "failed" | "expired" | "dropped";
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            createdAt: string;
            attempts: number;
            nextAttemptAt: string | null;
            endedAt: string | null;
            lastAttempt: {
                /**
                 * Format: date-time
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                at: string;
                tookMs: number;
                status: number | null;
                reason: string | null;
            } | null;
            /** @description As sent, byte by byte. */
            body: string;
        };
        /** WebhookDeliveryList */
        WebhookDeliveryList: {
            deliveries: components["schemas"]["WebhookDelivery"][];
            next: number | null;
        };
        /**
         * StationConnection
         * @description Whether you have a connection to the station. Say it again as a heartbeat: that, asking for commands and telling anything of a station are signs of life.
         */
        StationConnection: {
            /** @enum {unknown} */
            status: "online" | "offline";
            /** @description Your own name of the connection. Another one than before says that the station has connected anew. */
            connectionId?: string;
            /** @description Tells that it booted. */
            identity?: {
                /** @description As in its BootNotification. */
                vendor: string;
                /** @description As in its BootNotification. */
                model: string;
                /** @description As in its BootNotification. */
                serialNumber?: string;
                /** @description As in its BootNotification. */
                firmwareVersion?: string;
            };
            /**
             * @description Whether this service may read the settings of the station and set its metering up, by commands like others.
             * @default false
             */
            configure?: boolean;
            /** @description How far the station's clock may be off. Left out, it is not known, and profiles are written so that its clock plays no part. */
            clockOffS?: number;
            /**
             * @description Without a sign of life for so long, the station counts as offline.
             * @default 60
             */
            leaseS?: number;
            evses?: {
                /** @description Counts from 1. */
                id: number;
                /** @enum {unknown} */
                status: "Available" | "Preparing" | "Charging" | "SuspendedEVSE" | "SuspendedEV" | "Finishing" | "Reserved" | "Unavailable" | "Faulted" | "Occupied";
            }[];
            /** @description Why it is offline. */
            reason?: string;
        };
        /** StationConnectionState */
        StationConnectionState: {
            stationId: string;
            /** @enum {unknown} */
            status: "online" | "offline";
            connectionId: string | null;
            /** @enum {unknown} */
            ocppVersion: "1.6" | "2.0.1" | "2.1";
            /** @description It booted once. */
            accepted: boolean;
            leaseEndsAt: string | null;
            /** @description For this station, and not answered yet. */
            commandsWaiting: number;
        };
        /** DelegatedTransaction */
        DelegatedTransaction: {
            /** @description Counts from 1. */
            evseId: number;
            /** @enum {unknown} */
            state: "connected" | "charging" | "suspendedEV" | "suspendedEVSE" | "ended";
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            startedAt: string;
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            endedAt?: string;
            idToken?: string;
            /** @description The register at its start. */
            meterStartWh?: number;
            /** @description The register at its end. */
            meterStopWh?: number;
            /** @description Why it ended. */
            reason?: string;
            needs?: components["schemas"]["Needs"];
            /** @description Counts up with each change. */
            rev: number;
        };
        /** DelegatedTransactionState */
        DelegatedTransactionState: {
            stationId: string;
            /** @description As on the wire: a number in OCPP 1.6, a string later. */
            transactionId: number | string;
            /** @description As GET /v1/sites/{siteId}/sessions names it. */
            sessionId: string;
            rev: number;
            open: boolean;
        };
        /** MeterValues */
        MeterValues: {
            /** @description A name of your count. Take another one where you begin to count anew. */
            epoch: string;
            items: {
                /** @description Counts up by 1, per station. */
                seq: number;
                /**
                 * Format: date-time
                 * @description When it was measured, by your clock.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                at: string;
                /** @description Counts from 1. */
                evseId: number;
                /** @description By terminal of the station, L1 first; null where the station's meter says nothing. */
                currentA?: (number | null)[];
                /** @description At the outlet, all phases together. */
                powerW?: number;
                /** @description The import register. */
                energyWh?: number;
                /** @description At a DC outlet, what the battery has. */
                voltageV?: number;
                /** @description What the station offers the car. */
                currentOfferedA?: number;
                /** @description What the car says that it has. */
                soCPercent?: number;
            }[];
        };
        /** MeterValuesTaken */
        MeterValuesTaken: {
            /** @description All up to here are taken. */
            ackedSeq: number;
            /** @description Not come yet, of those before the last. */
            missing: number[];
        };
        /**
         * Command
         * @description Hand `payload` to the station as it is, and its answer back.
         */
        Command: {
            id: string;
            siteId: string;
            stationId: string;
            /** @description 0: the station itself. */
            evseId: number | null;
            sessionId: string | null;
            /** @enum {unknown} */
            kind: "setLimit" | "clear" | "setFailsafe" | "readback" | "transaction" | "configuration" | "other";
            /**
             * @description Whether it lowers or raises what may be drawn.
             * @enum {unknown}
             */
            dir: "dec" | "inc" | "none";
            /** @description One of a lane is given at a time. */
            lane: string;
            /** @description Those of a group are given in the order that keeps its circuits. */
            group: string;
            /** @description Decreases of the group that were confirmed before this increase was given: there is nothing left to wait for. */
            after: string[];
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Do not hand it to the station after this: answer "expired" instead.
             * @example 2026-01-14T14:20:00+01:00
             */
            notAfter: string;
            /** @enum {unknown} */
            ocppVersion: "1.6" | "2.0.1" | "2.1";
            /** @description The action of the CALL to the station. */
            action: string;
            /** @description A payload of OCPP, in the station's version, as it is on the wire. */
            payload: {
                [key: string]: unknown;
            };
            /** @description For your log and ours. */
            correlationId: string;
        };
        /** CommandPage */
        CommandPage: {
            /** @description For `after` of the next request. */
            cursor: string;
            commands: components["schemas"]["Command"][];
        };
        /** CommandResult */
        CommandResult: {
            /**
             * @description accepted, rejected: what the station answered. failed: it answered with CALLERROR. expired: it was not handed to the station. unknown: it was, and no answer came.
             * @enum {unknown}
             */
            status: "accepted" | "rejected" | "failed" | "expired" | "unknown";
            /** @description The station's answer, as it wrote it. */
            payload?: {
                [key: string]: unknown;
            };
            /** @description Of its CALLERROR. */
            errorCode?: string;
            errorDescription?: string;
        };
        /** ClosedCommand */
        ClosedCommand: {
            id: string;
            /**
             * @description accepted, rejected: what the station answered. failed: it answered with CALLERROR. expired: it was not handed to the station. unknown: it was, and no answer came.
             * @enum {unknown}
             */
            status: "accepted" | "rejected" | "failed" | "expired" | "unknown";
            /**
             * Format: date-time
             * @description ISO 8601 with an offset.
             * @example 2026-01-14T14:20:00+01:00
             */
            closedAt: string;
        };
        /** Supposed */
        Supposed: {
            sessions?: {
                /** @description The identity that the station connects with. */
                stationId: string;
                /** @description Counts from 1. */
                evseId: number;
                needs?: components["schemas"]["Needs"];
            }[];
            limits?: components["schemas"]["Limit"][];
        };
        /** MailRecipient */
        MailRecipient: {
            recipientId: string;
            organisationId: string;
            email: string;
            /**
             * @description In which it is written.
             * @enum {unknown}
             */
            language: "en" | "sv";
            events: string[];
            siteIds: string[] | null;
        };
        /** MailRecipientList */
        MailRecipientList: {
            recipients: components["schemas"]["MailRecipient"][];
        };
        /** MailRecipientTerms */
        MailRecipientTerms: {
            email: string;
            /**
             * @description In which it is written.
             * @enum {unknown}
             */
            language: "en" | "sv";
            /** @description Of each they are also told when that is over. */
            events: ("station.uncontrollable" | "limit.exceeded" | "departure.at_risk" | "tariff.missing_tomorrow" | "service.degraded")[];
            /** @description Only of these sites. Left out: of all of the organisation, and what is of no site. */
            siteIds?: string[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Default Response */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the text format. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    listSites: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SiteList"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "Depot Nord",
                     *       "timeZone": "Europe/Stockholm",
                     *       "voltageV": 230,
                     *       "tariffIds": [],
                     *       "circuits": [
                     *         {
                     *           "id": "grid",
                     *           "limitA": {
                     *             "L1": 63,
                     *             "L2": 63,
                     *             "L3": 63
                     *           }
                     *         },
                     *         {
                     *           "id": "row-a",
                     *           "parentId": "grid",
                     *           "limitA": {
                     *             "L1": 32,
                     *             "L2": 32,
                     *             "L3": 32
                     *           },
                     *           "powerLimitW": 20000,
                     *           "baseLoadMaxA": {
                     *             "L1": 0,
                     *             "L2": 0,
                     *             "L3": 0
                     *           },
                     *           "meterStaleS": 30
                     *         }
                     *       ],
                     *       "stations": [
                     *         {
                     *           "id": "CP001",
                     *           "circuitId": "row-a",
                     *           "failsafeA": 6,
                     *           "evses": [
                     *             {
                     *               "id": 1,
                     *               "kind": "AC",
                     *               "phases": [
                     *                 "L1",
                     *                 "L2",
                     *                 "L3"
                     *               ],
                     *               "currentMinA": 6,
                     *               "currentMaxA": 16
                     *             }
                     *           ]
                     *         },
                     *         {
                     *           "id": "DC1",
                     *           "circuitId": "grid",
                     *           "evses": [
                     *             {
                     *               "id": 1,
                     *               "kind": "DC",
                     *               "phases": [
                     *                 "L1",
                     *                 "L2",
                     *                 "L3"
                     *               ],
                     *               "powerMaxW": 20000,
                     *               "efficiency": 0.94
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Site"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putSite: {
        parameters: {
            query?: {
                /** @description true: answers what would be stored, and stores nothing. */
                dryRun?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Depot Nord",
                 *       "timeZone": "Europe/Stockholm",
                 *       "voltageV": 230,
                 *       "tariffIds": [],
                 *       "circuits": [
                 *         {
                 *           "id": "grid",
                 *           "limitA": {
                 *             "L1": 63,
                 *             "L2": 63,
                 *             "L3": 63
                 *           }
                 *         },
                 *         {
                 *           "id": "row-a",
                 *           "parentId": "grid",
                 *           "limitA": {
                 *             "L1": 32,
                 *             "L2": 32,
                 *             "L3": 32
                 *           },
                 *           "powerLimitW": 20000,
                 *           "baseLoadMaxA": {
                 *             "L1": 0,
                 *             "L2": 0,
                 *             "L3": 0
                 *           },
                 *           "meterStaleS": 30
                 *         }
                 *       ],
                 *       "stations": [
                 *         {
                 *           "id": "CP001",
                 *           "circuitId": "row-a",
                 *           "failsafeA": 6,
                 *           "evses": [
                 *             {
                 *               "id": 1,
                 *               "kind": "AC",
                 *               "phases": [
                 *                 "L1",
                 *                 "L2",
                 *                 "L3"
                 *               ],
                 *               "currentMinA": 6,
                 *               "currentMaxA": 16
                 *             }
                 *           ]
                 *         },
                 *         {
                 *           "id": "DC1",
                 *           "circuitId": "grid",
                 *           "evses": [
                 *             {
                 *               "id": 1,
                 *               "kind": "DC",
                 *               "phases": [
                 *                 "L1",
                 *                 "L2",
                 *                 "L3"
                 *               ],
                 *               "powerMaxW": 20000,
                 *               "efficiency": 0.94
                 *             }
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["Site"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "Depot Nord",
                     *       "timeZone": "Europe/Stockholm",
                     *       "voltageV": 230,
                     *       "tariffIds": [],
                     *       "circuits": [
                     *         {
                     *           "id": "grid",
                     *           "limitA": {
                     *             "L1": 63,
                     *             "L2": 63,
                     *             "L3": 63
                     *           }
                     *         },
                     *         {
                     *           "id": "row-a",
                     *           "parentId": "grid",
                     *           "limitA": {
                     *             "L1": 32,
                     *             "L2": 32,
                     *             "L3": 32
                     *           },
                     *           "powerLimitW": 20000,
                     *           "baseLoadMaxA": {
                     *             "L1": 0,
                     *             "L2": 0,
                     *             "L3": 0
                     *           },
                     *           "meterStaleS": 30
                     *         }
                     *       ],
                     *       "stations": [
                     *         {
                     *           "id": "CP001",
                     *           "circuitId": "row-a",
                     *           "failsafeA": 6,
                     *           "evses": [
                     *             {
                     *               "id": 1,
                     *               "kind": "AC",
                     *               "phases": [
                     *                 "L1",
                     *                 "L2",
                     *                 "L3"
                     *               ],
                     *               "currentMinA": 6,
                     *               "currentMaxA": 16
                     *             }
                     *           ]
                     *         },
                     *         {
                     *           "id": "DC1",
                     *           "circuitId": "grid",
                     *           "evses": [
                     *             {
                     *               "id": 1,
                     *               "kind": "DC",
                     *               "phases": [
                     *                 "L1",
                     *                 "L2",
                     *                 "L3"
                     *               ],
                     *               "powerMaxW": 20000,
                     *               "efficiency": 0.94
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Site"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLimits: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LimitList"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLimit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
                /** @description The limit, as chosen by its owner. */
                limitId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A cap on a circuit besides its own rating: limitA per phase, powerLimitW of all that flows, chargingPowerLimitW of the cars alone, section14a, or several of these. It holds from `from` (else at once) until `to` (else until it is deleted). Caps are only ever combined by minimum. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Limit"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putLimit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
                /** @description The limit, as chosen by its owner. */
                limitId: string;
            };
            cookie?: never;
        };
        /** @description A cap on a circuit besides its own rating: limitA per phase, powerLimitW of all that flows, chargingPowerLimitW of the cars alone, section14a, or several of these. It holds from `from` (else at once) until `to` (else until it is deleted). Caps are only ever combined by minimum. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["Limit"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredLimit"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteLimit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
                /** @description The limit, as chosen by its owner. */
                limitId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLimitWindows: {
        parameters: {
            query?: {
                /**
                 * @description Default: now.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                from?: string;
                /**
                 * @description Default: a week later. At most 400 days.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                to?: string;
            };
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description windows: when each limit holds, recurring ones once for each occurrence. circuits: what each is limited to by all of them, its own rating included. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LimitWindows"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listGridEvents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GridEventList"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGridEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
                /** @description The grid event, as chosen by its sender. */
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a grid event comes to: limits on the grid connection, which come and go with it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GridEvent"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putGridEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
                /** @description The grid event, as chosen by its sender. */
                eventId: string;
            };
            cookie?: never;
        };
        /** @description An OpenADR 3 event, or a list of them, with payloads IMPORT_CAPACITY_LIMIT in kW: the most that the site takes from the grid. IMPORT_CAPACITY_SUBSCRIPTION holds where no limit does, raised by IMPORT_CAPACITY_RESERVATION. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "programID": "capacity",
                 *       "eventName": "Cold evening",
                 *       "intervalPeriod": {
                 *         "start": "2026-01-14T16:00:00Z",
                 *         "duration": "PT1H"
                 *       },
                 *       "payloadDescriptors": [
                 *         {
                 *           "objectType": "EVENT_PAYLOAD_DESCRIPTOR",
                 *           "payloadType": "IMPORT_CAPACITY_LIMIT",
                 *           "units": "KW"
                 *         }
                 *       ],
                 *       "intervals": [
                 *         {
                 *           "id": 0,
                 *           "payloads": [
                 *             {
                 *               "type": "IMPORT_CAPACITY_LIMIT",
                 *               "values": [
                 *                 40
                 *               ]
                 *             }
                 *           ]
                 *         },
                 *         {
                 *           "id": 1,
                 *           "payloads": [
                 *             {
                 *               "type": "IMPORT_CAPACITY_LIMIT",
                 *               "values": [
                 *                 25
                 *               ]
                 *             }
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["OpenAdrEvent"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredGridEvent"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteGridEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
                /** @description The grid event, as chosen by its sender. */
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSessionCourse: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
                /** @description As GET /v1/sites/{siteId}/sessions names it. */
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionCourse"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: {
                limit?: number;
                /**
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                before?: string;
            };
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Open ones first, then ended ones, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putNeeds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
                /** @description As GET /v1/sites/{siteId}/sessions names it. */
                sessionId: string;
            };
            cookie?: never;
        };
        /** @description Replaces what was known; a member left out is not known. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "departure": "2026-01-14T17:30:00+01:00",
                 *       "energyWh": 30000,
                 *       "priority": 5
                 *     }
                 */
                "application/json": components["schemas"]["Needs"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSessionWhy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
                /** @description As GET /v1/sites/{siteId}/sessions names it. */
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Why a session gets what it gets. Currents are A per phase on the grid side. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionWhy"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getState: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SiteState"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The next two hours as the stations are told, then the schedule for the rest of a day or two. cost, gap (how far from the best it may be), lowerBound and relaxedGap (with minimum currents left aside) are those of the schedule where there is one, in the currency of the site's tariffs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postMeterValues: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
            };
            cookie?: never;
        };
        /** @description What a circuit's own meter says flows through it, cars included. Without a timestamp: now. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "circuitId": "grid",
                 *       "timestamp": "2026-01-14T14:20:00+01:00",
                 *       "currentA": {
                 *         "L1": 41.2,
                 *         "L2": 38,
                 *         "L3": 44.9
                 *       },
                 *       "powerW": 27900
                 *     }
                 */
                "application/json": components["schemas"]["CircuitReading"];
            };
        };
        responses: {
            /** @description What a circuit's own meter says flows through it, cars included. Without a timestamp: now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "circuitId": "grid",
                     *       "timestamp": "2026-01-14T14:20:00+01:00",
                     *       "currentA": {
                     *         "L1": 41.2,
                     *         "L2": 38,
                     *         "L3": 44.9
                     *       },
                     *       "powerW": 27900
                     *     }
                     */
                    "application/json": components["schemas"]["CircuitReading"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    watchState: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Does not end by itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStationProfiles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StationProfiles"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStationCapabilities: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Null: not known; the most modest is used then. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KnownCapabilities"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putStationCapabilities: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        /** @description What the station can hold of charging profiles; a member left out stays as it is known. Of what is unknown the most modest is sent. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "rateUnits": [
                 *         "A",
                 *         "W"
                 *       ],
                 *       "maxPeriods": 24,
                 *       "maxStackLevel": 8
                 *     }
                 */
                "application/json": components["schemas"]["StationCapabilities"];
            };
        };
        responses: {
            /** @description What the station can hold of charging profiles; a member left out stays as it is known. Of what is unknown the most modest is sent. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "rateUnits": [
                     *         "A",
                     *         "W"
                     *       ],
                     *       "maxPeriods": 24,
                     *       "maxStackLevel": 8
                     *     }
                     */
                    "application/json": components["schemas"]["StationCapabilities"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forgetQuirks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is forgotten. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCompositeSchedule: {
        parameters: {
            query?: {
                durationS?: number;
                /** @description What the station is asked to answer in. It may choose its own, which the answer names. */
                rateUnit?: "A" | "W";
            };
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
                /** @description Counts from 1. */
                evseId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description computed: what the station was told last and took, in A per phase on the grid side. reported: what it says itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CompositeSchedule"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStationComposite: {
        parameters: {
            query?: {
                durationS?: number;
                /** @description What the station is asked to answer in. It may choose its own, which the answer names. */
                rateUnit?: "A" | "W";
            };
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the station says itself. Some mean what all their EVSEs may draw together, others only their own maximum. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StationComposite"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remoteStart: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
                /** @description Counts from 1. */
                evseId: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "idToken": "DRIVER-1"
                 *     }
                 */
                "application/json": components["schemas"]["RemoteStart"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "Accepted"
                     *     }
                     */
                    "application/json": components["schemas"]["RemoteStartAnswer"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remoteStop: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
                /** @description As on the wire: a number in OCPP 1.6. */
                transactionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "Accepted"
                     *     }
                     */
                    "application/json": components["schemas"]["CommandAnswer"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unlock: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
                /** @description Counts from 1. */
                evseId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "Accepted"
                     *     }
                     */
                    "application/json": components["schemas"]["CommandAnswer"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeAvailability: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
                /** @description Counts from 1. */
                evseId: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "operative": false
                 *     }
                 */
                "application/json": components["schemas"]["Availability"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "Accepted"
                     *     }
                     */
                    "application/json": components["schemas"]["CommandAnswer"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    triggerMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "message": "MeterValues",
                 *       "evseId": 1
                 *     }
                 */
                "application/json": components["schemas"]["Trigger"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "Accepted"
                     *     }
                     */
                    "application/json": components["schemas"]["CommandAnswer"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "Soft"
                 *     }
                 */
                "application/json": components["schemas"]["Reset"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "Accepted"
                     *     }
                     */
                    "application/json": components["schemas"]["CommandAnswer"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeStationAvailability: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "operative": false
                 *     }
                 */
                "application/json": components["schemas"]["Availability"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "Accepted"
                     *     }
                     */
                    "application/json": components["schemas"]["CommandAnswer"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    clearCache: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "Accepted"
                     *     }
                     */
                    "application/json": components["schemas"]["CommandAnswer"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    usePriorityCharging: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "transactionId": "tx-1",
                 *       "activate": true
                 *     }
                 */
                "application/json": components["schemas"]["PriorityCharging"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "Accepted"
                     *     }
                     */
                    "application/json": components["schemas"]["CommandAnswer"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getConfiguration: {
        parameters: {
            query?: {
                /**
                 * @description Names, with commas between them. From OCPP 2.0.1 on: Component.Variable, such as SmartChargingCtrlr.RateUnit, Component[instance].Variable[instance], or EVSE@1.Power of one EVSE. Left out: all, which a station of 2.0.1 or later tells in a report that may take a minute.
                 * @example HeartbeatInterval,MeterValueSampleInterval
                 */
                keys?: string;
            };
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Configuration"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeConfiguration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "key": "HeartbeatInterval",
                 *       "value": "300"
                 *     }
                 */
                "application/json": components["schemas"]["Setting"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "Accepted"
                     *     }
                     */
                    "application/json": components["schemas"]["CommandAnswer"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getInstalledProfiles: {
        parameters: {
            query?: {
                /** @description 0: those for the whole station. Left out: all, those of each EVSE and of the station. */
                evseId?: number;
                /**
                 * @description Only these, with commas between them.
                 * @example 1,101
                 */
                profileIds?: string;
                purpose?: "ChargingStationMaxProfile" | "TxDefaultProfile" | "TxProfile" | "ChargingStationExternalConstraints";
                stackLevel?: number;
                /** @description EMS: an energy management system. SO: the grid operator. CSO: the charging station operator. Other: somebody else. */
                source?: "EMS" | "SO" | "CSO" | "Other";
            };
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InstalledProfiles"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    clearInstalledProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
                /** @description As the station reports it. */
                profileId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "Accepted"
                     *     }
                     */
                    "application/json": components["schemas"]["CommandAnswer"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listStationMessages: {
        parameters: {
            query?: {
                /** @description The cursor of an earlier answer: only later messages, the oldest of these first. */
                after?: string;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StationMessages"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postStationMessages: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "epoch": "2026-01-14T00:00",
                 *       "items": [
                 *         {
                 *           "seq": 1,
                 *           "at": "2026-01-14T14:20:10+01:00",
                 *           "action": "StatusNotification",
                 *           "payload": {
                 *             "connectorId": 1,
                 *             "errorCode": "NoError",
                 *             "status": "Preparing"
                 *           }
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["MessagesHandedOn"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessagesTaken"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCredentials: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The secret itself is never answered. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StationCredentials"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putCredentials: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "password": "4f2a9c0b7d1e4f2a9c0b7d1e4f2a9c0b7d1e4f2a"
                 *     }
                 */
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description The secret itself is never answered. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StationCredentials"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeCredentials: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The secret itself is never answered. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StationCredentials"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateCredentials: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyChangeAnswer"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOnboarding: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Onboarding"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openOnboarding: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "minutes": 15
                 *     }
                 */
                "application/json": components["schemas"]["OnboardingOpening"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Onboarding"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    closeOnboarding: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is closed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adoptStation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        /** @description The station as the site is to have it; its id is that of the address. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "siteId": "depot",
                 *       "circuitId": "row-a",
                 *       "failsafeA": 6,
                 *       "evses": [
                 *         {
                 *           "id": 1,
                 *           "kind": "AC",
                 *           "phases": [
                 *             "L1",
                 *             "L2",
                 *             "L3"
                 *           ],
                 *           "currentMinA": 6,
                 *           "currentMaxA": 16
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["Adoption"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "Depot Nord",
                     *       "timeZone": "Europe/Stockholm",
                     *       "voltageV": 230,
                     *       "tariffIds": [],
                     *       "circuits": [
                     *         {
                     *           "id": "grid",
                     *           "limitA": {
                     *             "L1": 63,
                     *             "L2": 63,
                     *             "L3": 63
                     *           }
                     *         },
                     *         {
                     *           "id": "row-a",
                     *           "parentId": "grid",
                     *           "limitA": {
                     *             "L1": 32,
                     *             "L2": 32,
                     *             "L3": 32
                     *           },
                     *           "powerLimitW": 20000,
                     *           "baseLoadMaxA": {
                     *             "L1": 0,
                     *             "L2": 0,
                     *             "L3": 0
                     *           },
                     *           "meterStaleS": 30
                     *         }
                     *       ],
                     *       "stations": [
                     *         {
                     *           "id": "CP001",
                     *           "circuitId": "row-a",
                     *           "failsafeA": 6,
                     *           "evses": [
                     *             {
                     *               "id": 1,
                     *               "kind": "AC",
                     *               "phases": [
                     *                 "L1",
                     *                 "L2",
                     *                 "L3"
                     *               ],
                     *               "currentMinA": 6,
                     *               "currentMaxA": 16
                     *             }
                     *           ]
                     *         },
                     *         {
                     *           "id": "DC1",
                     *           "circuitId": "grid",
                     *           "evses": [
                     *             {
                     *               "id": 1,
                     *               "kind": "DC",
                     *               "phases": [
                     *                 "L1",
                     *                 "L2",
                     *                 "L3"
                     *               ],
                     *               "powerMaxW": 20000,
                     *               "efficiency": 0.94
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Site"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTariffs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TariffList"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTariff: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A tariff. */
                tariffId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tariffId": "grid-company",
                     *       "updatedAt": "2026-01-14T13:20:00.000Z",
                     *       "warnings": [],
                     *       "name": "Grid company, business 63 A",
                     *       "currency": "SEK",
                     *       "timeZone": "Europe/Stockholm",
                     *       "vatPercent": 25,
                     *       "components": [
                     *         {
                     *           "kind": "energyFee",
                     *           "id": "transfer",
                     *           "pricePerKwh": 0.07
                     *         },
                     *         {
                     *           "kind": "tax",
                     *           "id": "energy tax",
                     *           "pricePerKwh": 0.428
                     *         },
                     *         {
                     *           "kind": "demandCharge",
                     *           "id": "power",
                     *           "sampleMinutes": 60,
                     *           "peaks": 3,
                     *           "distinct": "day",
                     *           "price": {
                     *             "kind": "perKw",
                     *             "per": "month",
                     *             "rates": [
                     *               {
                     *                 "pricePerKw": 29
                     *               }
                     *             ]
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Tariff"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putTariff: {
        parameters: {
            query?: {
                /** @description Default: evenkeel for JSON, entsoe for XML, csv for CSV. */
                format?: "evenkeel" | "ocpi" | "entsoe" | "csv" | "openadr3";
                /** @description IANA. Needed where the document names none. */
                timeZone?: string;
                /** @description ISO 4217. Needed where the document names none. */
                currency?: string;
                /** @description What a bill of several tariffs calls this one. */
                name?: string;
                /** @description 25 means 25 %. Default 0: the prices are all there is to pay. */
                vatPercent?: number;
                /** @description Of entsoe: the classification position, where a zone has several auctions. */
                auction?: number;
                /** @description Of csv, as all up to estimatedValue: between columns. A table with the header start,end,price_per_kwh needs none of them. */
                delimiter?: "," | ";" | "\t" | "comma" | "semicolon" | "tab";
                decimalMark?: "." | "," | "point" | "comma";
                /** @description minorPerKwh: hundredths of the currency (cents, öre, pence) per kWh. */
                unit?: "perKwh" | "perMwh" | "minorPerKwh";
                /** @description How long a row holds; 1440: a local day. */
                resolutionMinutes?: number;
                /** @description Whether a row's time is its interval's start or its end. */
                stamped?: "start" | "end";
                /** @description As the header names it. */
                timestampColumn?: string;
                /** @description Where the time of day has a column of its own. */
                timeColumn?: string;
                /** @description As the header names it. */
                priceColumn?: string;
                /** @description "iso", "epochSeconds", "epochMilliseconds", or a format such as "dd-MM-yyyy HH:mm". */
                timestampFormat?: string;
                /** @description So many lines stand before the header. */
                preambleLines?: number;
                /** @description Only rows with onlyValue in this column are read. */
                onlyColumn?: string;
                /** @description Goes with onlyColumn. */
                onlyValue?: string;
                /** @description Rows with estimatedValue in this column are estimates, which is said. */
                estimatedColumn?: string;
                /** @description Goes with estimatedColumn. */
                estimatedValue?: string;
                /** @description true: answers what would be stored, and stores nothing. */
                dryRun?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description A tariff. */
                tariffId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    /**
                     * @description ISO 4217.
                     * @example SEK
                     */
                    currency: string;
                    /**
                     * @description IANA.
                     * @example Europe/Stockholm
                     */
                    timeZone: string;
                    validity?: components["schemas"]["TariffValidity"];
                    /**
                     * @description 25 means 25 %.
                     * @default 0
                     */
                    vatPercent?: number;
                    holidays?: {
                        dates?: string[];
                        yearly?: string[];
                        /** @description Days from Easter Sunday. */
                        easter?: number[];
                    };
                    components: components["schemas"]["TariffComponent"][];
                } | Record<string, never> | Record<string, never>[];
                "application/xml": string;
                "text/xml": string;
                "text/csv": string;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tariffId": "grid-company",
                     *       "updatedAt": "2026-01-14T13:20:00.000Z",
                     *       "warnings": [],
                     *       "name": "Grid company, business 63 A",
                     *       "currency": "SEK",
                     *       "timeZone": "Europe/Stockholm",
                     *       "vatPercent": 25,
                     *       "components": [
                     *         {
                     *           "kind": "energyFee",
                     *           "id": "transfer",
                     *           "pricePerKwh": 0.07
                     *         },
                     *         {
                     *           "kind": "tax",
                     *           "id": "energy tax",
                     *           "pricePerKwh": 0.428
                     *         },
                     *         {
                     *           "kind": "demandCharge",
                     *           "id": "power",
                     *           "sampleMinutes": 60,
                     *           "peaks": 3,
                     *           "distinct": "day",
                     *           "price": {
                     *             "kind": "perKw",
                     *             "per": "month",
                     *             "rates": [
                     *               {
                     *                 "pricePerKw": 29
                     *               }
                     *             ]
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Tariff"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteTariff: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A tariff. */
                tariffId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTariffPrices: {
        parameters: {
            query?: {
                /**
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                from?: string;
                /**
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                to?: string;
                /** @description Default: as Accept says, else json. */
                format?: "json" | "csv";
            };
            header?: never;
            path: {
                /** @description A tariff. */
                tariffId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The prices, all in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TariffPrices"];
                    "text/csv": string;
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addPrices: {
        parameters: {
            query?: {
                /** @description Default: evenkeel for JSON, entsoe for XML, csv for CSV. */
                format?: "evenkeel" | "ocpi" | "entsoe" | "csv" | "openadr3";
                /** @description IANA. Needed where the document names none. */
                timeZone?: string;
                /** @description ISO 4217. Needed where the document names none. */
                currency?: string;
                /** @description What a bill of several tariffs calls this one. */
                name?: string;
                /** @description 25 means 25 %. Default 0: the prices are all there is to pay. */
                vatPercent?: number;
                /** @description Of entsoe: the classification position, where a zone has several auctions. */
                auction?: number;
                /** @description Of csv, as all up to estimatedValue: between columns. A table with the header start,end,price_per_kwh needs none of them. */
                delimiter?: "," | ";" | "\t" | "comma" | "semicolon" | "tab";
                decimalMark?: "." | "," | "point" | "comma";
                /** @description minorPerKwh: hundredths of the currency (cents, öre, pence) per kWh. */
                unit?: "perKwh" | "perMwh" | "minorPerKwh";
                /** @description How long a row holds; 1440: a local day. */
                resolutionMinutes?: number;
                /** @description Whether a row's time is its interval's start or its end. */
                stamped?: "start" | "end";
                /** @description As the header names it. */
                timestampColumn?: string;
                /** @description Where the time of day has a column of its own. */
                timeColumn?: string;
                /** @description As the header names it. */
                priceColumn?: string;
                /** @description "iso", "epochSeconds", "epochMilliseconds", or a format such as "dd-MM-yyyy HH:mm". */
                timestampFormat?: string;
                /** @description So many lines stand before the header. */
                preambleLines?: number;
                /** @description Only rows with onlyValue in this column are read. */
                onlyColumn?: string;
                /** @description Goes with onlyColumn. */
                onlyValue?: string;
                /** @description Rows with estimatedValue in this column are estimates, which is said. */
                estimatedColumn?: string;
                /** @description Goes with estimatedColumn. */
                estimatedValue?: string;
                /** @description The id of the price series, where the tariff has several. */
                component?: string;
            };
            header?: never;
            path: {
                /** @description A tariff. */
                tariffId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    /**
                     * @description ISO 4217.
                     * @example SEK
                     */
                    currency: string;
                    /**
                     * @description IANA.
                     * @example Europe/Stockholm
                     */
                    timeZone: string;
                    validity?: components["schemas"]["TariffValidity"];
                    /**
                     * @description 25 means 25 %.
                     * @default 0
                     */
                    vatPercent?: number;
                    holidays?: {
                        dates?: string[];
                        yearly?: string[];
                        /** @description Days from Easter Sunday. */
                        easter?: number[];
                    };
                    components: components["schemas"]["TariffComponent"][];
                } | Record<string, never> | Record<string, never>[];
                "application/xml": string;
                "text/xml": string;
                "text/csv": string;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tariffId": "grid-company",
                     *       "updatedAt": "2026-01-14T13:20:00.000Z",
                     *       "warnings": [],
                     *       "name": "Grid company, business 63 A",
                     *       "currency": "SEK",
                     *       "timeZone": "Europe/Stockholm",
                     *       "vatPercent": 25,
                     *       "components": [
                     *         {
                     *           "kind": "energyFee",
                     *           "id": "transfer",
                     *           "pricePerKwh": 0.07
                     *         },
                     *         {
                     *           "kind": "tax",
                     *           "id": "energy tax",
                     *           "pricePerKwh": 0.428
                     *         },
                     *         {
                     *           "kind": "demandCharge",
                     *           "id": "power",
                     *           "sampleMinutes": 60,
                     *           "peaks": 3,
                     *           "distinct": "day",
                     *           "price": {
                     *             "kind": "perKw",
                     *             "per": "month",
                     *             "rates": [
                     *               {
                     *                 "pricePerKw": 29
                     *               }
                     *             ]
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Tariff"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSitePrices: {
        parameters: {
            query?: {
                /**
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                from?: string;
                /**
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                to?: string;
                /** @description Default: as Accept says, else json. */
                format?: "json" | "csv";
            };
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The prices of all its tariffs together, all in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SitePrices"];
                    "text/csv": string;
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUpstreams: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        upstreams: components["schemas"]["StoredUpstream"][];
                    };
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUpstream: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The upstream, as chosen by its owner; part of the address that its stations connect to. */
                upstreamId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredUpstream"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putUpstream: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The upstream, as chosen by its owner; part of the address that its stations connect to. */
                upstreamId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Upstream"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredUpstream"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteUpstream: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The upstream, as chosen by its owner; part of the address that its stations connect to. */
                upstreamId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHistory: {
        parameters: {
            query?: {
                /**
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                from?: string;
                /**
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                to?: string;
                /** @description Default: as Accept says, else json. */
                format?: "json" | "csv";
                /** @description Hours, days and months by the clock and the calendar of the site. */
                resolution?: "quarter" | "hour" | "day" | "month";
            };
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What happened. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["History"];
                    "text/csv": string;
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSessionHistory: {
        parameters: {
            query?: {
                /**
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                from?: string;
                /**
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                to?: string;
                /** @description Default: as Accept says, else json. */
                format?: "json" | "csv";
            };
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HistorySessions"];
                    "text/csv": string;
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMonthHistory: {
        parameters: {
            query?: {
                /**
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                from?: string;
                /**
                 * @description ISO 8601 with an offset.
                 * @example 2026-01-14T14:20:00+01:00
                 */
                to?: string;
                /** @description Default: as Accept says, else json. */
                format?: "json" | "csv";
            };
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The months. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HistoryMonths"];
                    "text/csv": string;
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBill: {
        parameters: {
            query: {
                /** @description YYYY-MM, of the site's calendar. */
                month: string;
                /** @description Default: as Accept says, else json. */
                format?: "json" | "csv";
            };
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bill. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SiteBill"];
                    "text/csv": string;
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    optimize: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Which car should draw what, when. Nothing of it is stored. Money is in any one currency. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "boundariesMs": [
                 *         1768410000000,
                 *         1768413600000,
                 *         1768417200000,
                 *         1768420800000
                 *       ],
                 *       "circuits": [
                 *         {
                 *           "id": "grid",
                 *           "parentId": null,
                 *           "limitA": {
                 *             "L1": 20,
                 *             "L2": 20,
                 *             "L3": [
                 *               10,
                 *               20,
                 *               20
                 *             ]
                 *           }
                 *         }
                 *       ],
                 *       "sessions": [
                 *         {
                 *           "id": "car-1",
                 *           "circuitId": "grid",
                 *           "phases": [
                 *             "L1",
                 *             "L2",
                 *             "L3"
                 *           ],
                 *           "voltageV": 230,
                 *           "currentMinA": 6,
                 *           "currentMaxA": 16,
                 *           "departureMs": 1768420800000,
                 *           "energyWh": 23460,
                 *           "shortfallPricePerKwh": 1
                 *         }
                 *       ],
                 *       "energyPricePerKwh": [
                 *         0.1,
                 *         0.2,
                 *         0.3
                 *       ],
                 *       "options": {
                 *         "timeLimitMs": 2000
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ChargingProblem"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "optimal",
                     *       "currentA": [
                     *         [
                     *           10,
                     *           16,
                     *           8
                     *         ]
                     *       ],
                     *       "energyWh": [
                     *         23460
                     *       ],
                     *       "shortfallWh": [
                     *         0
                     *       ],
                     *       "cost": {
                     *         "energy": 4.554,
                     *         "demand": 0,
                     *         "shortfall": 0,
                     *         "total": 4.554
                     *       },
                     *       "lowerBound": 4.554,
                     *       "gap": 0,
                     *       "relaxedGap": 0,
                     *       "limitedBy": [
                     *         [
                     *           {
                     *             "by": "circuit",
                     *             "circuitId": "grid",
                     *             "phase": "L3"
                     *           },
                     *           {
                     *             "by": "evse"
                     *           },
                     *           {
                     *             "by": "energy"
                     *           }
                     *         ]
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ChargingPlan"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOscpProviders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OscpProviderList"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOscpProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The other side, as its owner calls it. Its limits belong to the grid event oscp.{providerId}. */
                providerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredOscpProvider"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putOscpProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The other side, as its owner calls it. Its limits belong to the grid event oscp.{providerId}. */
                providerId: string;
            };
            cookie?: never;
        };
        /** @description Another side of OSCP 2.0, and the circuit that it limits. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "siteId": "depot",
                 *       "circuitId": "grid",
                 *       "groupId": "transformer-7",
                 *       "name": "City grid",
                 *       "tokenA": "agreed-on-by-telephone",
                 *       "contract": {
                 *         "powerLimitW": 40000
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["OscpProvider"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredOscpProvider"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteOscpProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The other side, as its owner calls it. Its limits belong to the grid event oscp.{providerId}. */
                providerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askOscpProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The other side, as its owner calls it. Its limits belong to the grid event oscp.{providerId}. */
                providerId: string;
            };
            cookie?: never;
        };
        /** @description Capacities that the other side is asked for. What holds is what it then forecasts. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "blocks": [
                 *         {
                 *           "from": "2026-01-14T16:00:00Z",
                 *           "to": "2026-01-14T17:00:00Z",
                 *           "capacity": 60,
                 *           "unit": "KW",
                 *           "phase": "ALL"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["OscpAdjustment"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OscpAdjustmentAnswer"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOpenAdrVens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenAdrVenList"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOpenAdrVen: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The VEN, as its owner calls it. Its limits belong to the grid event openadr.{venId}. */
                venId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredOpenAdrVen"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putOpenAdrVen: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The VEN, as its owner calls it. Its limits belong to the grid event openadr.{venId}. */
                venId: string;
            };
            cookie?: never;
        };
        /** @description A VEN of OpenADR 3.0 or 3.1: a VTN, and the circuit that its events limit. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "siteId": "depot",
                 *       "vtnUrl": "https://vtn.example/openadr3/3.1.0",
                 *       "clientId": "ven-client-99",
                 *       "clientSecret": "as the energy provider gave it",
                 *       "programs": [
                 *         "capacity"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["OpenAdrVen"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredOpenAdrVen"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteOpenAdrVen: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The VEN, as its owner calls it. Its limits belong to the grid event openadr.{venId}. */
                venId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. Prices that it brought stay in their tariff. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOcpiPeers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        peers: components["schemas"]["OcpiPeer"][];
                    };
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOcpiPeer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The operator, as chosen here. */
                peerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OcpiPeer"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putOcpiPeer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The operator, as chosen here. */
                peerId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OcpiPeerUpload"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OcpiPeer"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteOcpiPeer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The operator, as chosen here. */
                peerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    inviteOcpiPeer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The operator, as chosen here. */
                peerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description TOKEN_A. It is in this answer and nowhere else. */
                        token: string;
                        /** @description What the operator is to be given with it. */
                        versionsUrl: string;
                    };
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateOcpiTokens: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The operator, as chosen here. */
                peerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OcpiPeer"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pullOcpiLocations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The operator, as chosen here. */
                peerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description How many were read and kept. */
                        locations: number;
                    };
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOcpiProposals: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The operator, as chosen here. */
                peerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        proposals: components["schemas"]["OcpiProposal"][];
                    };
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "anna@example.com",
                 *       "password": "correct horse battery"
                 *     }
                 */
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is over. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Sign in again. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSignInMethods: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "password": true,
                     *       "oidc": {
                     *         "name": "Example",
                     *         "url": "/v1/sign-in/oidc"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["SignInMethods"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginProviderSignIn: {
        parameters: {
            query?: {
                /** @description A path of this service to go to afterwards. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Location says where the browser goes on. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeProviderSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Location says where the browser goes on. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUsers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserList"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Without organisationId: of the caller's own. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "anna@example.com",
                 *       "name": "Anna",
                 *       "role": "owner",
                 *       "password": "correct horse battery"
                 *     }
                 */
                "application/json": components["schemas"]["NewUser"];
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Made by the service. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Made by the service. */
                userId: string;
            };
            cookie?: never;
        };
        /** @description With another role or a password, the user is signed out everywhere. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserChange"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Made by the service. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "meter in the cellar",
                 *       "role": "integrator",
                 *       "siteIds": [
                 *         "depot"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["NewKey"];
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeKey"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Made by the service. */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The secret itself is told once. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Made by the service. */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is revoked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Made by the service. */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "overlapS": 3600
                 *     }
                 */
                "application/json": components["schemas"]["KeyRotation"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedKey"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOrganisations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrganisationList"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOrganisation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The organisation. */
                organisationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organisation"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putOrganisation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The organisation. */
                organisationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "North Garages"
                 *     }
                 */
                "application/json": components["schemas"]["OrganisationChange"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organisation"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteOrganisation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The organisation. */
                organisationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description The site, as chosen by its owner. */
                siteId?: string;
                /** @description As `next` of the page before. */
                before?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditList"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFailedReplans: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FailedReplans"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookList"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://example.com/evenkeel",
                 *       "events": [
                 *         "station.uncontrollable",
                 *         "limit.exceeded"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["WebhookTerms"];
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeWebhook"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Made by the service. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Made by the service. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://example.com/evenkeel",
                 *       "events": [
                 *         "station.uncontrollable",
                 *         "limit.exceeded"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["WebhookTerms"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Made by the service. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Made by the service. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "overlapS": 3600
                 *     }
                 */
                "application/json": components["schemas"]["SecretRotation"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeWebhook"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Made by the service. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookTest"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhookDeliveries: {
        parameters: {
            query?: {
                /** @description As `next` of the page before. */
                before?: number;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Made by the service. */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryList"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStationConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StationConnectionState"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putStationConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        /** @description Whether you have a connection to the station. Say it again as a heartbeat: that, asking for commands and telling anything of a station are signs of life. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "status": "online",
                 *       "connectionId": "ws-17",
                 *       "identity": {
                 *         "vendor": "Voltmeister",
                 *         "model": "Duo"
                 *       },
                 *       "clockOffS": 0,
                 *       "evses": [
                 *         {
                 *           "id": 1,
                 *           "status": "Available"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["StationConnection"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StationConnectionState"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putTransaction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
                /** @description As on the wire: a number in OCPP 1.6. */
                transactionId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "evseId": 1,
                 *       "state": "charging",
                 *       "startedAt": "2026-01-14T14:20:00+01:00",
                 *       "idToken": "ABC123",
                 *       "meterStartWh": 120500,
                 *       "needs": {
                 *         "departure": "2026-01-14T17:30:00+01:00",
                 *         "energyWh": 30000
                 *       },
                 *       "rev": 1
                 *     }
                 */
                "application/json": components["schemas"]["DelegatedTransaction"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DelegatedTransactionState"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postStationMeterValues: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity that the station connects with. */
                stationId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "epoch": "2026-01-14T00:00",
                 *       "items": [
                 *         {
                 *           "seq": 1,
                 *           "at": "2026-01-14T14:20:10+01:00",
                 *           "evseId": 1,
                 *           "currentA": [
                 *             15.8,
                 *             15.9,
                 *             15.7
                 *           ],
                 *           "energyWh": 120520
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["MeterValues"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MeterValuesTaken"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCommands: {
        parameters: {
            query?: {
                /** @description The cursor of the last answer. Left out: all that are open. */
                after?: string;
                /** @description Seconds, while there is none. */
                wait?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommandPage"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postCommandResult: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description As GET /v1/commands gave it. */
                commandId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "status": "accepted",
                 *       "payload": {
                 *         "status": "Accepted"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["CommandResult"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClosedCommand"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tryPlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The site, as chosen by its owner. */
                siteId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "sessions": [
                 *         {
                 *           "stationId": "CP001",
                 *           "evseId": 1,
                 *           "needs": {
                 *             "energyWh": 20000
                 *           }
                 *         }
                 *       ],
                 *       "limits": [
                 *         {
                 *           "circuitId": "grid",
                 *           "limitA": {
                 *             "L1": 40,
                 *             "L2": 40,
                 *             "L3": 40
                 *           }
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["Supposed"];
            };
        };
        responses: {
            /** @description The next two hours as the stations are told, then the schedule for the rest of a day or two. cost, gap (how far from the best it may be), lowerBound and relaxedGap (with minimum currents left aside) are those of the schedule where there is one, in the currency of the site's tariffs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMailRecipients: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailRecipientList"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMailRecipient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The recipient, as chosen by whoever enters them. */
                recipientId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailRecipient"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putMailRecipient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The recipient, as chosen by whoever enters them. */
                recipientId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "anna@example.com",
                 *       "language": "sv",
                 *       "events": [
                 *         "station.uncontrollable",
                 *         "departure.at_risk"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["MailRecipientTerms"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailRecipient"];
                };
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteMailRecipient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The recipient, as chosen by whoever enters them. */
                recipientId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_REQUEST: The request is malformed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
