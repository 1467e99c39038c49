import { openTarget } from '../../targets/target-source.ts';
import { serveCampaign } from './serve-campaign.ts';

serveCampaign(openTarget);
